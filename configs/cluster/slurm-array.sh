#!/bin/bash
# hegemon: an experiment in 64 slices, each an element of a Slurm array job that needs none of the others.
# Submit with `sbatch`, then what merges with `sbatch --dependency=afterany:JOB`; `hegemon submit` does both.
#SBATCH --job-name=spoils
#SBATCH --array=1-64
#SBATCH --partition=main
#SBATCH --account=project
# One process for each slice, with as many threads as CPUs.
#SBATCH --nodes=1
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=4
#SBATCH --mem=2G
#SBATCH --time=04:00:00
# A sign to this shell before the time is up, should the run not have stopped by itself.
#SBATCH --signal=B:USR1@90
# A slice whose node fails goes on elsewhere.
#SBATCH --requeue
# A log for each slice; one that starts again adds to its own.
#SBATCH --output=/home/you/runs/spoils/jobs/slice-%a.log
#SBATCH --open-mode=append

program=/home/you/hegemon/.venv/bin/hegemon
python=/home/you/hegemon/.venv/bin/python
experiment=/home/you/spoils.toml
out=/home/you/runs/spoils
slice=$SLURM_ARRAY_TASK_ID
slices=64
cpus=${SLURM_CPUS_PER_TASK:-1}
try=$((${SLURM_RESTART_COUNT:-0} + 1))
tries=10
limit=14280  # seconds of 14400, for the run to stop in good order
run=
cancelled=
trap 'kill -USR1 $run 2>/dev/null' USR1
trap 'cancelled=yes; kill -TERM $run 2>/dev/null' TERM

cd /home/you || exit 1
echo "hegemon: slice $slice of $slices on $(hostname), try $try of $tries, $(date -u +%Y-%m-%dT%H:%M:%SZ)"

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

# Stopped before the time was up: wait in the queue for more.
if [ "$status" -eq 75 ] && [ -z "$cancelled" ] && [ "$try" -lt "$tries" ]; then
  echo "hegemon: slice $slice of $slices is not finished; it is queued again"
  scontrol requeue "$SLURM_JOB_ID" && exit 0
fi
exit "$status"
