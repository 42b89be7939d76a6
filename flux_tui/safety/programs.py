"""Which options make a program do more than a rule for it says: start another program, write or delete files, follow
another repository or configuration. Data only, one row a program; rows without options only need a look at operands.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Program:
    """One row. A program that has none may be given any word."""

    short: str = ""
    """Letters of short options that ask, also within a cluster."""
    valued: str = ""
    """Letters that take a value: what follows them in the same word is no cluster."""
    long: str = ""
    """Long options that ask, without dashes; what abbreviates one asks too."""
    plain: str = ""
    """Long options that seem to abbreviate such a one, but are options of their own."""
    single: str = ""
    """Options in the style of `find` and `go`: one dash or two, whole words."""
    named: str = ""
    """Subcommands that a rule must name itself."""
    subcommands: bool = False
    """Whether its first operand says what it does."""
    leads: bool = False
    """Whether its own options end at its first operand."""


PROGRAMS: dict[str, Program] = {
    # Search and text
    "find": Program(single="exec execdir ok okdir delete fprint fprint0 fprintf fls files0-from"),
    "fd": Program("xX", "etdESjcg", "exec exec-batch"),
    "rg": Program("z", "ABCeEfgjmMrtTd", "pre hostname-bin search-zip"),
    "ag": Program(long="pager"),
    "ack": Program(long="pager ackrc output"),
    "sort": Program("oT", "ktS", "output compress-program temporary-directory files0-from"),
    "shuf": Program("o", "n", "output"),
    "uniq": Program(),
    "sed": Program("ifI", "el", "in-place file"),
    "awk": Program("fiElod", "Fv", "file include exec load dump-variables pretty-print profile debug"),
    "tree": Program("oR", "LPIHT", "output fromfile fromtabfile"),
    "xxd": Program("r", "cglos", "revert"),
    "yq": Program("is", "", "inplace split-exp"),
    "less": Program("oOkTpPt", "bhjxyz", "log-file LOG-FILE lesskey-file lesskey-src lesskey-content tag-file prompt"),
    "man": Program("PHTCM", "", "pager html browser config-file gxditview"),
    "bat": Program("", "lHrm", "pager", "paging"),
    "file": Program("Cm", "fFeP", "compile magic-file"),
    "split": Program("", "abln", "filter"),
    "date": Program("sf", "dIr", "set file"),
    "hostname": Program("Fb", "", "file boot"),
    # Archives and transfer
    "tar": Program("xcruAFIC", "fbgKNTVX", (
        "extract get create append update catenate concatenate delete to-command checkpoint-action use-compress-program"
        " info-script new-volume-script rmt-command rsh-command directory remove-files one-top-level"
    )),
    "unzip": Program("do", "x"),
    "zip": Program("mTr", "", "unzip-command move test"),
    "curl": Program("oOKTJDcEFduQPxUb", "HAXeme", (
        "output remote-name config upload-file dump-header cookie-jar cookie data form cert key create-dirs output-dir"
        " trace trace-ascii stderr proxy libcurl unix-socket netrc-file quote engine user hsts etag-save"
    )),
    "wget": Program("OPiao", "tTwU", (
        "output-document directory-prefix input-file output-file append-output post-file body-file use-askpass execute"
        " config warc-file save-cookies"
    )),
    "rsync": Program("e", "", "rsh rsync-path delete remove-source-files write-batch log-file temp-dir daemon"),
    "ssh": Program("oFELRDwi", "lpmcbe", leads=True),
    "scp": Program("oFSi", "lPc"),
    # Version control; git has a file of its own
    "git": Program(subcommands=True),
    "gh": Program(named="api alias auth extension config secret ssh-key gpg-key codespace", subcommands=True),
    "hg": Program("R", "", "config config-file cwd repository", subcommands=True),
    # Python
    "python": Program("cmi", "WX", leads=True),
    "pytest": Program("cop", "kmnrW", (
        "basetemp junitxml junit-xml report-log html result-log resultlog log-file pastebin debug rootdir confcutdir"
        " override-ini config-file inifile cov-report cov-config pdbcls"
    ), plain="co cov pdb"),
    "ruff": Program("o", "", "fix fix-only unsafe-fixes config add-noqa output-file cache-dir", named="clean server",
                    subcommands=True),
    "mypy": Program("", "mpc", (
        "config-file python-executable cache-dir install-types junit-xml html-report xml-report txt-report"
        " cobertura-xml-report any-exprs-report linecount-report linecoverage-report lineprecision-report"
        " xslt-html-report xslt-txt-report custom-typeshed-dir custom-typing-module"
    )),
    "black": Program("c", "lt", "config code"),
    "isort": Program(long="settings-path settings-file config-root"),
    "flake8": Program(long="config append-config output-file"),
    "pylint": Program("", "jdef", "rcfile init-hook load-plugins output", "output-format"),
    "pyright": Program("pv", "", "project venvpath pythonpath createstub"),
    "coverage": Program("o", "", "rcfile data-file", named="run erase html xml json combine", subcommands=True),
    "tox": Program("cx", "e", "conf workdir root override"),
    "nox": Program("f", "ske", "noxfile"),
    "pip": Program("trcCei", "", (
        "target index-url extra-index-url find-links requirement constraint config-settings editable python log prefix"
        " root proxy cert trusted-host"
    ), named="install download wheel uninstall config cache", subcommands=True),
    "uv": Program(
        long="config-file directory project index-url default-index python with-editable cache-dir env-file",
        named="add remove pip tool init publish cache self build", subcommands=True,
    ),
    "poetry": Program("CP", "", "directory project", named="add remove install publish config self", subcommands=True),
    "pre-commit": Program("c", "", "config", named="install autoupdate try-repo", subcommands=True),
    # JavaScript
    "node": Program("eprC", "", (
        "eval print require import loader experimental-loader env-file inspect inspect-brk build-sea run"
        " diagnostic-dir redirect-warnings report-dir openssl-config test-reporter"
    ), plain="test", leads=True),
    "deno": Program("c", "", "config import-map allow-all", named="run eval install task", subcommands=True),
    "npm": Program("gC", "", "prefix script-shell userconfig globalconfig node-options global registry cache", named=(
        "exec x explore publish config set pkg install i uninstall update link init create edit adduser login"
    ), subcommands=True),
    "pnpm": Program("gC", "", "dir prefix script-shell global", named="exec dlx publish config install add",
                    subcommands=True),
    "yarn": Program(long="cwd", named="exec dlx publish config add install global", subcommands=True),
    "bun": Program("ecpr", "", "config cwd eval print preload", named="x add install create", subcommands=True),
    "eslint": Program("cof", "", (
        "fix fix-type config rulesdir resolve-plugins-relative-to plugin output-file init parser format cache-location"
        " cache-file"
    ), plain="cache parser-options"),
    "prettier": Program("w", "u", "write config plugin plugin-search-dir cache-location", plain="cache"),
    "tsc": Program("pbw", "mt", single=(
        "outDir outFile project build init declarationDir tsBuildInfoFile generateTrace watch p b"
    )),
    "jest": Program("cu", "tw", (
        "config rootDir globalSetup globalTeardown runner testRunner outputFile coverageDirectory setupFiles"
        " updateSnapshot testResultsProcessor reporters resolver transform"
    ), plain="coverage"),
    "vitest": Program("cu", "t", "config root globalSetup runner outputFile update dir", plain="run"),
    # Compiled languages
    "go": Program(single=(
        "exec toolexec o c C modfile overlay coverprofile cpuprofile memprofile blockprofile mutexprofile trace"
        " outputdir ldflags gcflags asmflags gccgoflags compiler vettool pkgdir w u fix fuzz"
    ), named="run generate tool install get mod work clean fmt fix", subcommands=True),
    "gofmt": Program("wr", single="cpuprofile"),
    "cargo": Program("CZ", "pjF", (
        "config manifest-path target-dir artifact-dir out-dir lockfile-path fix"
    ), plain="target", named="run r install publish fix uninstall add remove login owner yank init new",
        subcommands=True),
    "rustc": Program("oCLZ", "", "out-dir emit codegen sysroot"),
    "rustfmt": Program(long="config-path config backup"),
    "make": Program("fCIEWo", "jl", "file makefile directory include-dir eval what-if new-file assume-new old-file"),
    "ninja": Program("fCt", "djkl"),
    "cmake": Program("PEC", "GABSD", "install"),
    "ctest": Program("SDMTO", "RELIjC", "script build-and-test output-log", plain="build"),
    "just": Program("fds", "", "justfile shell shell-arg set working-directory command choose edit chooser"),
    "mvn": Program("fsgt", "DpP", "file settings global-settings toolchains"),
    "gradle": Program("bIpgc", "DP", "build-file init-script project-dir gradle-user-home include-build settings-file"),
    "gcc": Program("oB", "DIlLOfgmWx", single="wrapper fplugin specs"),
    "javac": Program("dAJs", single="processorpath processor processor-path"),
    "java": Program(single="agentpath agentlib javaagent"),
    "clang-format": Program("i", "", "style-file"),
    "shfmt": Program("w", "ip", "write"),
    "dotnet": Program("o", "", "output", named="run tool nuget new add", subcommands=True),
    # Others
    "perl": Program("eEinpMmIsx", leads=True),
    "ruby": Program("eirIxC", leads=True),
    "php": Program("rBREScdfz", leads=True),
    "lua": Program("eil", leads=True),
    "vim": Program("cSsuUw", "", "cmd"),
    "docker": Program("vHcwu", "", (
        "volume mount privileged device pid network cap-add config host security-opt env-file entrypoint"
    ), named="run exec rm rmi system cp push login build compose volume container", subcommands=True),
    "kubectl": Program("f", "n", "kubeconfig token as filename", named="exec delete apply cp edit run patch",
                       subcommands=True),
    "terraform": Program(single="chdir out var-file", named="apply destroy import state", subcommands=True),
    "sqlite3": Program(single="init cmd A"),
    "psql": Program("focLv", "dhUp", "file output command log-file variable"),
    "openssl": Program(single="out writerand", subcommands=True),
}  # fmt: skip

ALIASES = {
    "python3": "python", "pypy": "python", "pypy3": "python", "py.test": "pytest", "fdfind": "fd", "gsed": "sed",
    "gawk": "awk", "mawk": "awk", "nawk": "awk", "gmake": "make", "pip3": "pip", "nodejs": "node", "batcat": "bat",
    "bsdtar": "tar", "gtar": "tar", "g++": "gcc", "cc": "gcc", "c++": "gcc", "clang": "gcc", "clang++": "gcc",
    "gfind": "find", "podman": "docker", "nvim": "vim", "vi": "vim", "ex": "vim", "view": "vim", "mvnw": "mvn",
    "gradlew": "gradle", "gsort": "sort", "luajit": "lua", "tofu": "terraform", "more": "less",
}  # fmt: skip
_VERSIONED = ("python", "pypy", "pip", "php", "lua", "clang", "gcc", "perl", "ruby")

SUBCOMMANDS = frozenset(name for name, row in PROGRAMS.items() if row.subcommands) | {
    "apt", "apt-get", "brew", "bundle", "conda", "hatch", "helm", "pdm", "pipenv", "pipx", "rake", "rustup", "rye",
    "systemctl", "svn", "jj", "dnf", "snap", "flatpak", "aws", "gcloud", "az", "heroku", "fly", "vercel",
}  # fmt: skip
"""Programs whose first operand says what they do."""

INTERPRETERS = frozenset({"python", "node", "perl", "ruby", "php", "lua", "deno", "bun"})
"""They read a program from their input, if given none."""

READ_ONLY = frozenset({
    "cat", "head", "tail", "less", "bat", "wc", "grep", "egrep", "fgrep", "rg", "ag", "ack", "ls", "stat", "file",
    "diff", "cmp", "comm", "cut", "nl", "od", "hexdump", "strings", "md5sum", "sha1sum", "sha256sum", "cksum", "du",
    "tree", "find", "fd", "git", "jq", "column", "readlink", "realpath", "test", "[", "uniq", "sort", "sed", "awk",
    "cd", "echo", "printf", "basename", "dirname", "which", "type", "pwd",
})  # fmt: skip
"""Programs that write nothing in their plain use, and git, which keeps its own files."""


def canonical(name: str) -> str:
    """The name of the row: `python3.12` and `pypy` are `python`."""
    stem = name.rstrip("0123456789.-")
    return ALIASES.get(name, ALIASES.get(stem, stem) if stem in _VERSIONED else name)
