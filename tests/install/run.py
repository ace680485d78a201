#!/usr/bin/env python3
"""Installs what was built, moves it, and builds the examples against the moved tree as a user would.

usage: run.py BUILD_DIR SOURCE_DIR C_COMPILER CXX_COMPILER

- bindings/examples/c by pkg-config, against the shared and the static library;
- bindings/examples/cpp by find_package(tausq), with Eigen, Boost, CLI11 and nlohmann/json out of reach;
- the shared library exports tausq.h and nothing else; an installed header includes standard headers and its own kind;
- cpack makes the Debian packages (where dpkg-shlibdeps is there), and every installed file is in one of them.

The examples' numbers are compared with those of the program, digit by digit. Standard library only.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ARMS = '[{"study": "study 1", "events": 16, "total": 20}, {"study": "study 2", "events": 4, "total": 21}, {"study": "study 3", "events": 0, "total": 22}]'
TABLES = "study,ai,bi,ci,di\nA,4,119,11,128\nB,6,300,29,274\nC,3,228,11,209\n"


def run(*command, **more):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **more)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\nexit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def expect(what, got, wanted):
    if got != wanted:
        sys.exit(f"{what}: {got!r}, not {wanted!r}")
    print(f"{what}: ok")


def pooled(prefix, records, *options):
    return json.loads(run(prefix / "bin/tausq", "pool", "-", "--json", *options, input=records))


def check_c(source, prefix, folder, compiler):
    result = pooled(prefix, ARMS, "--level", "0.9")
    wanted = [result["random"]["display"][key] for key in ("estimate", "ci_lower", "ci_upper")] + [result["heterogeneity"]["tau2"]]
    library = next(prefix.rglob("libtausq_c.so")).parent
    environment = {**os.environ, "PKG_CONFIG_PATH": str(library / "pkgconfig")}
    for kind in ([], ["--static"]):
        flags = run("pkg-config", "--cflags", "--libs", *kind, "tausq", env=environment).split()
        if kind:
            flags = [f"-l:lib{f[2:]}.a" if f == "-ltausq_c" else f for f in flags]
        program = folder / ("c_static" if kind else "c_shared")
        run(compiler, "-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", source / "bindings/examples/c/pool.c", *flags, "-o", program)
        out = run(program, env={**os.environ, "LD_LIBRARY_PATH": "" if kind else str(library)})
        expect(f"bindings/examples/c, {program.name}", [float(x) for x in re.findall(r"^\S+ +(-?\d\S*)$", out, re.M)], wanted)
        expect("  problems", [p["code"] for p in json.loads(out[out.index("["):])], ["E_EVENTS_GT_TOTAL", "E_NEGATIVE"])
        expect("  undefined number", "random.df                undefined" in out, True)


def check_cpp(source, prefix, folder, compiler):
    unreachable = [f"-DCMAKE_DISABLE_FIND_PACKAGE_{name}=ON" for name in ("Eigen3", "Boost", "nlohmann_json", "CLI11")]
    run("cmake", "-S", source / "bindings/examples/cpp", "-B", folder / "cpp", f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_CXX_COMPILER={compiler}",
        "-DCMAKE_BUILD_TYPE=Release", *unreachable)
    run("cmake", "--build", folder / "cpp")
    out = run(folder / "cpp/example")
    result = pooled(prefix, TABLES, "--pooling", "inverse", "--tau2", "DL")
    numbers = [float(x) for x in re.findall(r"(?:log OR|tau2) (-?[\d.e-]+)", out)]
    expect("bindings/examples/cpp", numbers, [result["random"]["estimate"], result["heterogeneity"]["tau2"], result["random"]["estimate"]])


def check_surface(source, prefix):
    declared = set(re.findall(r"\b(tausq_\w+)\(", re.sub(r"/\*.*?\*/", "", (source / "bindings/c/tausq.h").read_text(), flags=re.S)))
    lines = run("nm", "-D", "--defined-only", next(prefix.rglob("libtausq_c.so"))).splitlines()
    expect("exported symbols", {line.split()[-1].split("@")[0] for line in lines}, declared)
    foreign = [f"{header.name}: {name}" for header in (prefix / "include").rglob("*.h*")
               for name in re.findall(r"#\s*include\s*[<\"]([^>\"]+)", header.read_text()) if "/" in name and not name.startswith("tausq/")]
    expect("installed headers include standard headers and their own", foreign, [])


def check_packages(build, prefix):
    if not shutil.which("dpkg-shlibdeps"):
        print("Debian packages: not checked, dpkg-shlibdeps is not there")
        return
    shutil.rmtree(build / "packages", ignore_errors=True)
    run("cpack", "-G", "DEB", cwd=build)
    packages = sorted((build / "packages").glob("*.deb"))
    expect("Debian packages", [p.name.split("_")[0] for p in packages], ["libtausq-c0", "libtausq-dev", "tausq"])
    packed = [line.split(" ./usr/", 1)[1].split(" -> ")[0] for p in packages for line in run("dpkg-deb", "-c", p).splitlines()
              if " ./usr/" in line and not line.endswith("/")]
    installed = [p.relative_to(prefix).as_posix() for p in prefix.rglob("*") if not p.is_dir()]
    expect("every installed file in one package", sorted(packed), sorted(installed))
    fields = run("dpkg-deb", "-f", packages[0])
    expect("the shared library depends on the C library of the system", "libc6" in re.search(r"^Depends: (.*)$", fields, re.M).group(1), True)


def main():
    build, source, c_compiler, cxx_compiler = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run("cmake", "--install", build, "--prefix", folder / "first")
        prefix = (folder / "first").rename(folder / "moved to here".replace(" ", "_"))
        check_c(source, prefix, folder, c_compiler)
        check_cpp(source, prefix, folder, cxx_compiler)
        check_surface(source, prefix)
        check_packages(build, prefix)


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main()
