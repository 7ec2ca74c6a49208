#!/usr/bin/env bash
# Measures translation, tagging and alignment with models of real size and random weights: about ten minutes on a machine
# with a GPU, PyTorch and transformers. Nothing is downloaded but three small packages.
#
#   bash benchmarks/gpu.sh                     # prints a table; keep it with the name of the GPU
#   bash benchmarks/gpu.sh --tiny              # a minute on any machine: shows that it runs, its figures mean nothing
#   bash benchmarks/gpu.sh --fetch wheels      # where there is internet: downloads the packages into the folder wheels/
#   bash benchmarks/gpu.sh --wheels wheels     # without internet: installs them from there
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
packages=(pydantic sentencex scipy)
from=()
while [ $# -gt 0 ]; do
  case $1 in
    --fetch) exec "$python" -m pip download --quiet --dest "$2" "${packages[@]}" ;;
    --wheels) from=(--no-index --find-links "$2"); shift 2 ;;
    *) break ;;
  esac
done
"$python" -c 'import torch, transformers' || { echo "gpu.sh: needs PyTorch and transformers for $python (or say PYTHON=...)" >&2; exit 1; }
"$python" -c 'import pydantic, sentencex, scipy' 2>/dev/null || "$python" -m pip install --quiet "${from[@]}" "${packages[@]}"
PYTHONPATH=$PWD TOKENIZERS_PARALLELISM=false HF_HUB_OFFLINE=1 exec "$python" benchmarks/bench_gpu.py "$@"
