#!/bin/bash
# hegemon: an experiment in 64 slices, each an element of a PBS array job (OpenPBS, PBS Professional).
# Submit with `qsub`, then pbs-merge.sh with `qsub -W depend=afterany:JOB`. To go on with slices that stopped
# before their time was up, submit this script again: slices that are finished end at once.
#PBS -N spoils
#PBS -J 1-64
#PBS -q main
#PBS -A project
# One process for each slice, with as many threads as CPUs.
#PBS -l select=1:ncpus=4:mem=2gb
#PBS -l walltime=04:00:00
# A slice whose node fails goes on elsewhere.
#PBS -r y
# Logs: beside each other in the directory where `qsub` is called.
#PBS -j oe

program=/home/you/hegemon/.venv/bin/hegemon
python=/home/you/hegemon/.venv/bin/python
experiment=/home/you/spoils.toml
out=/home/you/runs/spoils
slice=$PBS_ARRAY_INDEX
slices=64
cpus=${NCPUS:-4}
limit=14280  # seconds of 14400, for the run to stop in good order
run=
trap 'kill -USR1 $run 2>/dev/null' USR1
trap 'kill -TERM $run 2>/dev/null' TERM

cd /home/you || exit 1
echo "hegemon: slice $slice of $slices on $(hostname), $(date -u +%Y-%m-%dT%H:%M:%SZ)"

# module load python/3.12

# The kernel is compiled once for each kind of CPU, which takes about half a minute, and lies in a cache from
# then on; of the tasks that start together one compiles and the others wait for it.
"$python" -m hegemon.cluster.warm "$experiment"

# A slice does what is missing of it, so that the same script may run any number of times. In the background,
# for this shell to pass on a sign to stop: the run then keeps what it has finished and leaves with status 75.
"$program" run "$experiment" --out "$out" --slice "$slice/$slices" \
  --workers "$cpus" --time-limit "$((limit - SECONDS))s" &
run=$!
wait "$run"
while kill -0 "$run" 2>/dev/null; do  # a sign ends `wait` before it ends the run
  wait "$run"
done
wait "$run"
status=$?
exit "$status"
