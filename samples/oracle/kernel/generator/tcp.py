"""TCP connections with windows and noise, and every cell of conntrack's state table."""
import struct

import pkt
from .ends import INSIDE, INSIDE6, OUTSIDE, OUTSIDE6, ROUTER, ROUTER6

MASK = 0xFFFFFFFF

# how to come into a state: who sends what
STATES = {"NONE": [], "SYN_SENT": [(0, "S")], "SYN_RECV": [(0, "S"), (1, "SA")], "ESTABLISHED": [(0, "S"), (1, "SA"), (0, "A")],
          "FIN_WAIT": [(0, "S"), (1, "SA"), (0, "A"), (0, "FA")], "CLOSE_WAIT": [(0, "S"), (1, "SA"), (0, "A"), (1, "FA"), (0, "A")],
          "LAST_ACK": [(0, "S"), (1, "SA"), (0, "A"), (0, "FA"), (1, "FA")],
          "TIME_WAIT": [(0, "S"), (1, "SA"), (0, "A"), (0, "FA"), (1, "FA"), (0, "A")],
          "CLOSE": [(0, "S"), (1, "RA")], "SYN_SENT2": [(0, "S"), (1, "S")]}
SEGMENTS = ["S", "SA", "FA", "A", "PA", "R", "RA", "", "F"]


class Tcp:
    """One connection and its noise: direction 0 is inside to outside."""

    def __init__(self, r, translated, v6):
        self.r, self.v6, self.events = r, v6, []
        self.near, self.far = (INSIDE6, OUTSIDE6) if v6 else (INSIDE, OUTSIDE)
        self.seen = (ROUTER6 if v6 else ROUTER) if translated else self.near
        self.first = [r.choice([1000, 0xFFFFFFF0, r.getrandbits(32)]), r.choice([5000, 0xFFFFFF00, r.getrandbits(32)])]
        self.next = list(self.first)
        self.scale = [r.choice([None, 0, 7, 15]), r.choice([None, 0, 7])]
        self.sack = [r.random() < 0.5, r.random() < 0.5]
        self.port = r.choice([4000, 500, 900])

    def options(self, d):
        return (b"" if self.scale[d] is None else b"\1\3\3" + bytes([self.scale[d]])) + (b"\1\1\4\2" if self.sack[d] else b"")

    def send(self, d, flags, seq, ack, data=b"", opt=None, win=None, **kw):
        win = self.r.choice([64240, 64240, 1000, 100, 0]) if win is None else win
        opt = (self.options(d) if "S" in flags else b"") if opt is None else opt
        src, dst, sport, dport = (self.near, self.far, self.port, 80) if d == 0 else (self.far, self.seen, 80, self.port)
        build = pkt.ip6 if self.v6 else pkt.ip4
        packet = build(src, dst, "tcp", sport=sport, dport=dport, flags=flags, seq=seq & MASK, ack=ack & MASK,
                       data=data, opt=opt, win=win, **kw)
        self.events.append({"type": "in", "iface": "eth0" if d else "eth1", "hex": packet.hex()})

    def noise(self):
        r, d = self.r, self.r.randrange(2)
        mine, other = self.next[d], self.next[1 - d]
        seq = r.choice([mine, mine, mine - 1, mine + r.choice([1, 50, 1000, 64000, 70000, 6000, 10**6]), self.first[d], 0,
                        mine - r.choice([1, 500, 66001, 70000])])
        ack = r.choice([other, other, other + 1, other + 5000, other - 1, other - 66001, other - 70000, 0, self.first[1 - d] + 1])
        flags = r.choice(["S", "SA", "A", "A", "A", "PA", "PA", "FA", "R", "RA", "R", "F", "", "SF", "SU", "AU", "SAU", "SAE", "FAU", "UP"])
        opt = self.options(d) if "S" in flags else b""
        if "A" in flags and r.random() < 0.15:
            opt = b"\1\1\5\n" + struct.pack(">II", (other + 10) & MASK, (other + r.choice([20, 2000])) & MASK)
        self.send(d, flags, seq, ack, b"x" * r.choice([0, 0, 0, 5, 1000]), opt, badsum=r.random() < 0.03)

    def step(self, chance=0.3):
        if self.r.random() < chance:
            self.noise()
        if self.r.random() < 0.03:
            self.events.append({"type": "advance", "seconds": self.r.choice([5, 20, 40, 130])})

    def open(self):
        r, crossed = self.r, self.r.random() < 0.1
        if r.random() >= 0.85:
            self.send(r.randrange(2), "A", self.next[0], self.next[1])
            return
        self.send(0, "S", self.first[0], 0)
        self.next[0] += 1
        self.step()
        if r.random() < 0.2:
            self.send(0, "S", self.first[0], 0)
        if crossed:
            self.send(1, "S", self.first[1], 0)
        self.next[1] += 1
        self.send(1, "SA", self.first[1], self.next[0])
        self.step()
        if crossed:
            self.send(0, "SA", self.first[0], self.next[1])
        self.send(0, "A", self.next[0], self.next[1])
        self.step()

    def talk(self):
        r = self.r
        for _ in range(r.randrange(6)):
            d, size = r.randrange(2), r.choice([5, 1000])
            self.send(d, "PA", self.next[d], self.next[1 - d], b"y" * size)
            self.next[d] += size
            self.step(0.4)
            if r.random() < 0.7:
                for _ in range(r.choice([1, 1, 1, 5])):
                    self.send(1 - d, "A", self.next[1 - d], self.next[d], win=64240)

    def close(self):
        r, d, how = self.r, self.r.randrange(2), self.r.random()
        if how < 0.5:
            for side in (d, 1 - d):
                self.send(side, "FA", self.next[side], self.next[1 - side])
                self.next[side] += 1
                self.step(0.4)
                self.send(1 - side, "A", self.next[1 - side], self.next[side])
                self.step(0.4)
        elif how < 0.8:
            self.send(d, r.choice(["R", "RA"]), self.next[d], self.next[1 - d])
            self.step(0.5)

    def open_again(self):
        r = self.r
        seq = self.next[0] + r.choice([100000, -100000])
        self.send(0, "S", seq, 0)
        self.next[0] = seq + 1
        self.step()
        again = r.getrandbits(32)
        how = r.random()
        if how < 0.3:
            self.send(1, "RA", 0, self.next[0])
        elif how < 0.5:
            self.send(1, "A", self.next[1], self.next[0] - 1)
            self.send(0, "R", self.next[0], 0)
        self.send(1, "SA", again, self.next[0])
        self.next[1] = again + 1
        self.send(0, "A", self.next[0], self.next[1])
        self.step()

    def cell(self):
        """comes into a state, and lets both sides send what they please there"""
        r = self.r
        for d, flags in STATES[r.choice(list(STATES))]:
            self.plain(d, flags)
        for _ in range(r.choice([1, 2, 3])):
            self.plain(r.randrange(2), r.choice(SEGMENTS))
        return self.events

    def plain(self, d, flags):
        self.send(d, flags, self.next[d], self.next[1 - d] if "A" in flags else 0, win=64240)
        if self.r.random() < 0.95:
            self.next[d] += ("S" in flags) + ("F" in flags)

    def run(self):
        self.open()
        self.talk()
        self.close()
        if self.r.random() < 0.5:
            self.open_again()
        return self.events
