"""A real Slurm on loopback: its own key, ports and folders, two virtual nodes, ended by process ids."""

from __future__ import annotations

import getpass
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel", "sinfo")
NODES = ("n1", "n2")
REVOKED = 3.0
"""Seconds after which a requeued job may start: its node refuses it within a second of its end."""
UNFINISHED = {"PENDING", "RUNNING", "COMPLETING", "CONFIGURING", "REQUEUED"}
CONF = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.sock
CredType=cred/munge
SlurmctldPort={port}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool/%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/log/slurmctld.log
SlurmdLogFile={folder}/log/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc={folder}/log/jobs.txt
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
KillWait=5
MinJobAge=3600
{nodes}
PartitionName=main Nodes={names} Default=YES MaxTime=INFINITE State=UP
"""
NODE = "NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=2 RealMemory=4000"


class Slurm:
    """The daemons, and what a test asks of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "SLURM_CONF": str(folder / "slurm.conf")}
        self.daemons: list[subprocess.Popen[bytes]] = []
        self.nodes: dict[str, subprocess.Popen[bytes]] = {}

    def ask(self, *words: str) -> str:
        """What one of Slurm's commands answers; its standard error goes to that of the test."""
        done = subprocess.run(words, env=self.environment, stdout=subprocess.PIPE, text=True, check=True)
        return done.stdout.strip()

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start a daemon in the foreground, as a child that is ended with the others."""
        with (self.folder / "log" / f"{words[0]}.out").open("ab") as log:
            daemon = subprocess.Popen(words, env=self.environment, stdout=log, stderr=log)
        self.daemons.append(daemon)
        return daemon

    def start_node(self, name: str) -> None:
        """Start the daemon of a virtual node."""
        self.nodes[name] = self.start("slurmd", "-D", "-N", name, "-f", self.environment["SLURM_CONF"])

    def jobs(self, job: str) -> dict[str, tuple[str, str, str]]:
        """Own id, state and node of the elements of a job, by their index in the array."""
        lines = self.ask(
            "squeue", "--noheader", "--array", "--states=all", "-o", "%K|%A|%T|%N", "--jobs", job
        )
        rows = (line.split("|") for line in lines.split())
        return {index: (own, state, node) for index, own, state, node in rows}

    def states(self, job: str) -> set[str]:
        """States of the elements of a job."""
        return {state for _, state, _ in self.jobs(job).values()}

    def wait(self, job: str, seconds: float = 240) -> set[str]:
        """Wait until no element of a job is to run, and give the states in which they ended."""

        pending: dict[str, float] = {}

        def ended() -> bool:
            jobs = self.jobs(job)
            for index, (_, state, _) in jobs.items():
                if state != "PENDING":
                    pending.pop(index, None)
                elif time.monotonic() > pending.setdefault(index, time.monotonic()) + REVOKED:
                    self.hasten(f"{job}_{index}" if index.isdecimal() else job)
            return not {state for _, state, _ in jobs.values()} & UNFINISHED

        until(ended, f"job {job}", seconds, pause=0.5)
        return self.states(job)

    def hasten(self, job: str) -> None:
        """Start what waits for its time: Slurm lets requeued jobs wait for two minutes."""
        words = ["scontrol", "update", f"jobid={job}", "starttime=now"]
        subprocess.run(words, env=self.environment, capture_output=True, check=False)

    def processes(self, own: str, node: str) -> list[int]:
        """Processes of an element of a job on a node."""
        lines = self.ask("scontrol", "listpids", own, node).splitlines()[1:]
        return [int(line.split()[0]) for line in lines]

    def lose(self, node: str) -> list[int]:
        """Kill the daemons of a node, as if it were cut off: what runs there runs on, and is given here."""
        jobs = self.ask("squeue", "--noheader", "--array", "--states=running", "--nodelist", node, "-o", "%A")
        left = [pid for own in jobs.split() for pid in self.processes(own, node)]
        for pid in {parent(pid) for pid in left} - set(left):
            assert "slurmstepd" in Path(f"/proc/{pid}/comm").read_text()
            os.kill(pid, signal.SIGKILL)
        self.nodes[node].kill()
        self.nodes[node].wait()
        self.ask("scontrol", "update", f"nodename={node}", "state=down", "reason=lost")
        return left

    def find(self, node: str) -> None:
        """Start the daemon of a lost node again."""
        self.start_node(node)
        until(lambda: self.idle(node), node, 30)

    def idle(self, *nodes: str) -> bool:
        """Whether nodes wait for work."""
        words = ["sinfo", "--noheader", "--Node", "--nodes", ",".join(nodes), "-o", "%T"]
        done = subprocess.run(words, env=self.environment, capture_output=True, text=True, check=False)
        return set(done.stdout.split()) == {"idle"}


def parent(pid: int) -> int:
    """Parent of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("PPid:")[1].split()[0])


def until(true: Callable[[], object], what: str, seconds: float = 240, pause: float = 0.1) -> None:
    """Wait until something is true; a generous bound is there to end a test that hangs."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"waited {seconds:.0f} s for {what}"
        time.sleep(pause)


def free_ports(count: int) -> list[int]:
    """Ports of loopback that are free now."""
    with ExitStack() as stack:
        found = []
        for _ in range(count):
            listening = stack.enter_context(closing(socket.socket()))
            listening.bind(("127.0.0.1", 0))
            found.append(listening.getsockname()[1])
        return found


def configure(folder: Path) -> None:
    """Write the key and slurm.conf."""
    for name in ("state", "log", *(f"spool/{node}" for node in NODES)):
        (folder / name).mkdir(parents=True)
    key = folder / "munge.key"
    key.touch(mode=0o600)
    key.write_bytes(secrets.token_bytes(1024))
    host = socket.gethostname().partition(".")[0]
    port, *ports = free_ports(1 + len(NODES))
    nodes = [NODE.format(name=name, host=host, port=port) for name, port in zip(NODES, ports, strict=True)]
    text = CONF.format(
        host=host,
        user=getpass.getuser(),
        folder=folder,
        port=port,
        nodes="\n".join(nodes),
        names=",".join(NODES),
    )
    (folder / "slurm.conf").write_text(text)


@contextmanager
def running(folder: Path) -> Iterator[Slurm]:
    """A Slurm whose nodes are idle; all that it started is ended with it."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    assert not missing, f"not installed: {', '.join(missing)}"
    configure(folder)
    slurm = Slurm(folder)
    munge = {name: f"{folder}/munge.{name}" for name in ("key", "sock", "pid", "seed", "log")}
    try:
        slurm.start(
            "munged",
            "--foreground",
            "--force",
            f"--key-file={munge['key']}",
            f"--socket={munge['sock']}",
            f"--pid-file={munge['pid']}",
            f"--seed-file={munge['seed']}",
            f"--log-file={munge['log']}",
        )
        until(Path(munge["sock"]).exists, "munged", 20)
        slurm.start("slurmctld", "-D", "-f", slurm.environment["SLURM_CONF"])
        for name in NODES:
            slurm.start_node(name)
        until(lambda: slurm.idle(*NODES), "the nodes", 30)
        yield slurm
    finally:
        _end(slurm)


def _end(slurm: Slurm) -> None:
    """Cancel what is left, then end the daemons, the last started first."""
    if len(slurm.daemons) > 1:
        subprocess.run(["scancel", "--me"], env=slurm.environment, capture_output=True, timeout=20)
    for daemon in reversed(slurm.daemons):
        daemon.send_signal(signal.SIGTERM)
        try:
            daemon.wait(10)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait()
