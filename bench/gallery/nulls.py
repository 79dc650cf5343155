"""What a curve of balancing is held against: grey lines."""

from gallery.page import Line

# As at the defaults, but whoever is in focus. Arming would answer to the same threshold, so it is off.
RANDOM = Line("joining at random", ("threat.threshold=0.0", "balancing.internal=0.0"), grey=True)
NO_WAR = Line("no wars", ("war.revisionists=0.0", "balancing.alarm=1.0"), grey=True)
GROWTH = Line(
    "growth alone", ("war.opportunities=0.0", "balancing.internal=0.0", "balancing.soft=0.0"), grey=True
)
