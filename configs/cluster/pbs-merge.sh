#!/bin/bash
# hegemon: joins the slices of an experiment once the array job has ended, however it ended.
#PBS -N spoils-merge
#PBS -q main
#PBS -A project
#PBS -l select=1:ncpus=1:mem=2gb
#PBS -l walltime=04:00:00
#PBS -j oe

program=/home/you/hegemon/.venv/bin/hegemon
out=/home/you/runs/spoils

cd /home/you || exit 1
# module load python/3.12

# Checks every piece, then writes results.nc; names what is missing, and then writes nothing.
"$program" merge "$out"
status=$?
if [ "$status" -ne 0 ]; then
  echo "hegemon: where slices are not finished, go on as follows; nothing is done twice"
  printf '%s\n' 'qsub pbs-array.sh'
fi
exit "$status"
