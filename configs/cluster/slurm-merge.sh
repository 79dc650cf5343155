#!/bin/bash
# hegemon: joins the slices of an experiment once the array job has ended, however it ended.
#SBATCH --job-name=spoils-merge
#SBATCH --partition=main
#SBATCH --account=project
#SBATCH --nodes=1
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --mem=2G
#SBATCH --time=04:00:00
#SBATCH --requeue
#SBATCH --output=/home/you/runs/spoils/jobs/merge.log
#SBATCH --open-mode=append

program=/home/you/hegemon/.venv/bin/hegemon
out=/home/you/runs/spoils

cd /home/you || exit 1
# module load python/3.12

# Checks every piece, then writes results.nc; names what is missing, and then writes nothing.
"$program" merge "$out"
status=$?
if [ "$status" -ne 0 ]; then
  echo "hegemon: where slices are not finished, go on as follows; nothing is done twice"
  printf '%s\n' 'sbatch slurm-array.sh'
fi
exit "$status"
