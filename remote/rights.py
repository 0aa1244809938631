"""Rights to a folder and its files: only their owner may come in. A platform file: bits on POSIX, a list of access on Windows.

A shared /tmp, an AVATAR_HOME that is open to all, a link that somebody else has laid there: each would let another user
read the keys of a call, or put keys of theirs in their place. What can be mended is mended, the rest is refused.
"""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

from bus.errors import Wrong

TODO = "set AVATAR_HOME to a folder of your own"


if sys.platform == "win32":

    def keep_to_owner(folder: Path) -> None:
        """Makes the folder, and takes it away from everybody else. Raises Wrong, OSError."""
        folder.mkdir(parents=True, exist_ok=True)
        if folder.lstat().st_reparse_tag:  # symbolic links and junctions: anybody may make the latter
            raise Wrong(f"{folder} is a link", TODO)
        me = f"{os.environ.get('USERDOMAIN', '.')}\\{os.environ.get('USERNAME', '')}"
        done = subprocess.run(
            ["icacls", str(folder), "/inheritance:r", "/grant:r", f"{me}:(OI)(CI)F", "/q"],
            capture_output=True,
            check=False,
            creationflags=subprocess.CREATE_NO_WINDOW,
        )
        if done.returncode:
            raise Wrong(f"{folder} cannot be closed to other users (icacls: {done.returncode})", TODO)

    def expect_own(path: Path) -> None:
        """The list of access is on the folder; a file has it from there."""

else:

    def keep_to_owner(folder: Path) -> None:
        """Makes the folder, and takes it away from everybody else. Raises Wrong when others could undo that, OSError."""
        for missing in reversed([f for f in (folder, *folder.parents) if not f.exists()]):
            missing.mkdir(mode=0o700, exist_ok=True)
        for status in (folder.lstat(), folder.stat()):  # a link of our own is a wish; a link of another's is a trap
            if status.st_uid != os.geteuid():
                raise Wrong(f"{folder} belongs to another user", TODO)
        above = folder.resolve().parent
        status = above.stat()
        if status.st_uid not in (os.geteuid(), 0):
            raise Wrong(f"{above} belongs to another user, who could put another folder in the place of {folder}", TODO)
        if status.st_mode & stat.S_IWOTH and not status.st_mode & stat.S_ISVTX:
            raise Wrong(f"every user may rename what is in {above}", f"chmod o-w {above}, or {TODO}")
        if folder.stat().st_mode & 0o077:
            folder.chmod(0o700)

    def expect_own(path: Path) -> None:
        """Raises Wrong when the file is not ours alone: whoever could write it chose what it says, or has read it."""
        status = path.lstat()
        if status.st_uid != os.geteuid() or status.st_mode & 0o077 or not stat.S_ISREG(status.st_mode):
            raise Wrong(f"{path} was open to other users", "end the call if it is yours, and start it again")
