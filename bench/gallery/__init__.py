"""The gallery: one documented experiment per mechanism, each with its figure and its numbers in docs/gallery.

A page is four small files of one name:

- `configs/gallery/NAME.toml`: an experiment that sweeps one key; `hegemon run` takes it as it is.
- `bench/gallery/pages/NAME.py`: a `PAGE` (see `gallery.page`): which lines are drawn, each the experiment
  with some keys set; which facts are stated, each a combination of estimates with the sign that the text
  relies on.
- `docs/gallery/NAME.md`: the question and what the answer does and does not show, in words without numbers,
  and the generated parts between the markers `found` and `table`.
- `docs/figures/gallery/NAME.png`: made.

Add the name to `gallery.pages.ORDER` and to `docs/gallery/index.md`, then `make gallery PAGE=NAME`. A page
that needs more than lines gives its `PAGE` a `study`, which returns facts and data of its own, and a `draw`.

Numbers go from the runs into `bench/results/gallery.json`, and from there alone into figures and pages, so
that `--draw` makes both anew without a run.
"""
