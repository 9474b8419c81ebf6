"""Memory of processes as Linux counts it. `ru_maxrss` is not that: it keeps, over fork and exec, the parent's peak."""

from pathlib import Path

WEB = b"newsroom.server.processes"


def peak(pid: int | str = "self") -> float:
    """Return the most memory that a process has had resident, in megabytes."""
    return _field(pid, "VmHWM")


def resident(pid: int | str = "self") -> float:
    """Return the memory that a process has resident now, in megabytes."""
    return _field(pid, "VmRSS")


def _field(pid: int | str, name: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise LookupError(name)


def of_web_processes(pid: int) -> float:
    """Return the most memory that the largest web process of a site has had resident, in megabytes."""
    return max(peak(one) for one in web_processes(pid))


def web_processes(pid: int) -> list[int]:
    """Return the ids of the processes that answer requests, of the site that this process supervises."""
    masters = [one for one in _children(pid) if WEB in _command(one)]
    return [one for master in masters for one in _children(master) if WEB in _command(one)]


def _children(pid: int) -> list[int]:
    return [
        int(one) for task in Path(f"/proc/{pid}/task").glob("*/children") for one in task.read_text().split()
    ]


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()
