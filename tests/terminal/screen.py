"""A terminal for a program under test: a pseudo-terminal, and the screen that
its output makes. Knows what ncurses sends to xterm-256color; an unknown
sequence is an error, never skipped."""

import codecs
import fcntl
import os
import re
import select
import struct
import subprocess
import termios
import time
import unicodedata

# Longest wait for anything that must happen; reached only on failure.
PATIENCE_S = 30

# A control sequence, a sequence of one character, a control, or text.
TOKEN = re.compile(
    "\x1b\\[([?>]?)([0-9;]*)([@-~])|\x1b[()]([A-Z0-9])|\x1b([=>78M])"
    "|([\x00-\x1a\x1c-\x1f\x7f])|([^\x00-\x1f\x7f]+)")


def width_of(character):
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


class emulation:
    """The cells of a screen, what is drawn on them and how."""

    def __init__(self, lines, columns):
        self.rest = ""
        self.modes = set()
        self.styles = set()
        self.colours_used = set()
        self.last = " "
        self.resize(lines, columns)

    def resize(self, lines, columns):
        self.lines, self.columns = lines, columns
        self.cells = [[" "] * columns for _ in range(lines)]
        self.looks = [[frozenset()] * columns for _ in range(lines)]
        self.y = self.x = 0
        self.region = (0, lines - 1)
        # Until the program knows the size, what it draws may not fit.
        self.is_exact = False

    def feed(self, text):
        text = self.rest + text
        at = 0
        while at < len(text):
            found = TOKEN.match(text, at)
            if not found:
                # A sequence that is not whole yet.
                assert len(text) - at < 40, repr(text[at:at + 60])
                break
            self.take(found)
            at = found.end()
        self.rest = text[at:]

    def take(self, found):
        private, numbers, final, _, single, control, text = found.groups()
        if text is not None:
            for character in text:
                self.put(character)
        elif control is not None:
            self.control(control)
        elif single is not None:
            assert single in "=>78M", f"ESC {single}"
            if single == "M" and self.y == self.region[0]:
                self.scroll(-1)
            elif single == "M":
                self.y -= 1
        elif final is not None:
            values = [int(x) for x in numbers.split(";") if x]
            self.sequence(private, values, final)

    def put(self, character):
        width = width_of(character)
        if width == 0:
            return
        if self.y >= self.lines or self.x + width > self.columns:
            assert not self.is_exact, \
                f"{character!r} at {self.y}, {self.x} is outside the screen"
            return
        self.last = character
        for i in range(width):
            self.cells[self.y][self.x + i] = character if i == 0 else ""
            self.looks[self.y][self.x + i] = frozenset(self.styles)
        # At the edge the cursor waits on the last column.
        self.x = min(self.x + width, self.columns - 1)

    def scroll(self, lines):
        """The region's content up, or down where `lines` is negative."""
        top, bottom = self.region
        for rows, empty in ((self.cells, " "), (self.looks, frozenset())):
            for _ in range(abs(lines)):
                rows.pop(top if lines > 0 else bottom)
                rows.insert(bottom if lines > 0 else top,
                            [empty] * self.columns)

    def control(self, control):
        if control == "\r":
            self.x = 0
        elif control == "\n":
            if self.y == self.region[1]:
                self.scroll(1)
            else:
                self.y = min(self.y + 1, self.lines - 1)
        elif control == "\b":
            self.x = max(self.x - 1, 0)
        else:
            assert control in "\x07\x0f", repr(control)

    def sequence(self, private, values, final):
        count = values[0] if values else 1
        row = self.cells[min(self.y, self.lines - 1)]
        if private:
            assert final in "hlmq", f"CSI {private} {values} {final}"
            for mode in values if private == "?" else []:
                (self.modes.add if final == "h"
                 else self.modes.discard)(mode)
        elif final == "m":
            self.style(values or [0])
        elif final == "H":
            self.y, self.x = ([x - 1 for x in values] + [0, 0])[:2]
        elif final == "d":
            self.y = count - 1
        elif final == "G":
            self.x = count - 1
        elif final in "ABCD":
            self.y += {"A": -count, "B": count}.get(final, 0)
            self.x += {"C": count, "D": -count}.get(final, 0)
        elif final == "b":
            for _ in range(count):
                self.put(self.last)
        elif final in "KX":
            kind = values[0] if values and final == "K" else 0
            begin = 0 if kind in (1, 2) else self.x
            end = self.x + 1 if kind == 1 else self.columns
            if final == "X":
                end = min(self.x + count, self.columns)
            for i in range(begin, end):
                row[i] = " "
                self.looks[self.y][i] = frozenset()
        elif final in "ST":
            self.scroll(count if final == "S" else -count)
        elif final == "r":
            top, bottom = values if values else (1, self.lines)
            self.region = (top - 1, min(bottom, self.lines) - 1)
            self.y = self.x = 0
        elif final == "J":
            self.is_exact = True
            for y in range(0 if values == [2] else self.y, self.lines):
                begin = self.x if y == self.y and values != [2] else 0
                for x in range(begin, self.columns):
                    self.cells[y][x] = " "
                    self.looks[y][x] = frozenset()
        elif final == "P":
            del row[self.x:self.x + count]
            row += [" "] * (self.columns - len(row))
        elif final == "@":
            row[self.x:self.x] = [" "] * count
            del row[self.columns:]
        else:
            assert final in "hlt", f"CSI {values} {final}"

    def style(self, values):
        names = {1: "bold", 2: "dim", 4: "underline", 7: "reverse"}
        ends = {22: {"bold", "dim"}, 24: {"underline"}, 27: {"reverse"}}
        for value in values:
            if value == 0:
                self.styles.clear()
            elif value in names:
                self.styles.add(names[value])
            elif value in ends:
                self.styles -= ends[value]
            elif value not in (39, 49):
                self.colours_used.add(value)

    @property
    def text(self):
        return ["".join(row).rstrip() for row in self.cells]


class terminal:
    """A program on a pseudo-terminal of a size."""

    def __init__(self, command, lines=24, columns=80, **environment):
        self.master, self.slave = os.openpty()
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.screen = emulation(lines, columns)
        self.set_size(lines, columns)
        self.mode_before = termios.tcgetattr(self.slave)
        self.process = subprocess.Popen(
            command, stdin=self.slave, stdout=self.slave,
            stderr=subprocess.PIPE, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env={**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8",
                 **environment})

    def set_size(self, lines, columns):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ,
                    struct.pack("HHHH", lines, columns, 0, 0))

    def resize(self, lines, columns):
        self.screen.resize(lines, columns)
        self.set_size(lines, columns)

    def read(self, seconds):
        """Takes what comes within a time."""
        if select.select([self.master], [], [], seconds)[0]:
            self.screen.feed(
                self.decoder.decode(os.read(self.master, 65536)))
            return True
        return False

    def press(self, keys):
        os.write(self.master, keys.encode())

    def wait_for(self, what, condition):
        """Reads until `condition(lines of the screen)` is true."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition(self.screen.text):
            if time.monotonic() > deadline:
                raise AssertionError(f"waited in vain for {what}:\n"
                                     + "\n".join(self.screen.text))
            self.read(0.1)
        return self.screen.text

    def wait_to_pass(self, check):
        """Reads until `check(lines of the screen)` asserts nothing in vain: a
        look between two reads may see half of what is being drawn."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                return check(self.screen.text)
            except AssertionError:
                if time.monotonic() > deadline:
                    raise
            self.read(0.1)

    def wait_for_text(self, text):
        return self.wait_for(repr(text),
                             lambda lines: any(text in x for x in lines))

    def wait_without_text(self, text):
        return self.wait_for(f"no {text!r}",
                             lambda lines: not any(text in x for x in lines))

    def signal(self, number):
        self.process.send_signal(number)

    def wait_ended(self):
        """The exit code, once all output was read."""
        deadline = time.monotonic() + PATIENCE_S
        while self.process.poll() is None:
            assert time.monotonic() < deadline, "it does not end"
            self.read(0.05)
        while self.read(0.05):
            pass
        return self.process.returncode

    def is_restored(self):
        """Whether the terminal is as it was: mode, screen and cursor."""
        return (termios.tcgetattr(self.slave) == self.mode_before
                and 1049 not in self.screen.modes
                and 25 in self.screen.modes)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        os.close(self.master)
        os.close(self.slave)
