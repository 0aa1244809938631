"""Llama server: llama.cpp's own HTTP server in a process of its own, as `python -m tests.e2e.llama_server MODEL PORT`.

Says its address on stdout and serves until its stdin ends. One slot, as a clone needs one; the code is that of llama-server.
"""

from __future__ import annotations

import sys

CONTEXT = 4096


def main() -> None:
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path, parameters.port = sys.argv[1], int(sys.argv[2])
    parameters.n_ctx, parameters.n_parallel, parameters.n_gpu_layers = CONTEXT, 1, 0
    parameters.warmup = parameters.fit_params = False
    parameters.endpoint_slots = True
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(parameters)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
