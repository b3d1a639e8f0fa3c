"""SCTP associations, and every cell of conntrack's state table."""
import struct

import pkt
from .ends import INSIDE, OUTSIDE, ROUTER

INIT, INIT_ACK, HEARTBEAT, HEARTBEAT_ACK, ABORT, SHUTDOWN, SHUTDOWN_ACK, COOKIE_ECHO, COOKIE_ACK, COMPLETE = 1, 2, 4, 5, 6, 7, 8, 10, 11, 14
DATA, SACK, ERROR = 0, 3, 9


def association(r, src, dst, d, tags, kind=None, wrong=0.1):
    """one packet of an association; of any kind, if none is asked for"""
    kind = r.choice([1, 1, 2, 10, 11, 0, 3, 4, 5, 6, 7, 8, 14, 9]) if kind is None else kind
    opening = struct.pack(">IIHHI", tags[d], 1000, 1, 1, 1)
    body = {INIT: opening, INIT_ACK: opening, DATA: bytes(12), SACK: bytes(12), COOKIE_ECHO: b"cook", HEARTBEAT: b"hb",
            HEARTBEAT_ACK: b"hb", SHUTDOWN: bytes(4)}.get(kind, b"")
    tag = 0 if kind == INIT else tags[1 - d]
    if r.random() < wrong:
        tag = r.getrandbits(32)
    chunks = pkt.chunk(kind, r.choice([0, 0, 0, 1]), body)
    if r.random() < wrong:
        chunks += pkt.chunk(r.choice([0, 3, 4, 1]), 0, bytes(12))
    return pkt.ip4(src, dst, 132, data=pkt.sctp(80 if d else 5000, 5000 if d else 80, tag, chunks, r.random() < wrong / 3))


def associations(r, translated):
    """one association from its beginning to its end, or some of that, with what does not belong there in between"""
    tags, events, closer = [r.getrandbits(32), r.getrandbits(32)], [], r.randrange(2)
    course = [(0, INIT), (1, INIT_ACK), (0, COOKIE_ECHO), (1, COOKIE_ACK), (0, DATA), (1, SACK), (closer, SHUTDOWN),
              (1 - closer, SHUTDOWN_ACK), (closer, COMPLETE)]
    if r.random() < 0.15:       # another path of an association that is there
        course = [(0, HEARTBEAT), (1, HEARTBEAT_ACK)] + course[4:]

    def send(d, kind, wrong):
        src, dst, device = (OUTSIDE, ROUTER if translated else INSIDE, "eth0") if d else (INSIDE, OUTSIDE, "eth1")
        events.append({"type": "in", "iface": device, "hex": association(r, src, dst, d, tags, kind, wrong).hex()})

    for d, kind in course[:r.choice([1, 2, 3, 4, 5, 7, 8, 9, 9])]:
        if r.random() < 0.9:
            send(d, kind, 0)
        for _ in range(r.choice([0, 0, 0, 1])):
            send(r.randrange(2), None, 0.1)
    for _ in range(r.choice([1, 2, 3])):
        send(r.randrange(2), r.choice([None, INIT, INIT_ACK, SHUTDOWN_ACK, COMPLETE, COOKIE_ECHO, COOKIE_ACK, HEARTBEAT, HEARTBEAT_ACK, ERROR]), 0.05)
    if r.random() < 0.1:
        events.insert(r.randrange(len(events) + 1), {"type": "advance", "seconds": r.choice([5, 20])})
    return events


# how to come into a state: who sends what
STATES = {"NONE": [], "CLOSED": [(0, INIT)], "COOKIE_WAIT": [(0, INIT), (1, INIT_ACK)], "HEARTBEAT_SENT": [(0, HEARTBEAT)],
          "COOKIE_ECHOED": [(0, INIT), (1, INIT_ACK), (0, COOKIE_ECHO)]}
STATES["ESTABLISHED"] = STATES["COOKIE_ECHOED"] + [(1, COOKIE_ACK)]
STATES["SHUTDOWN_SENT"] = STATES["ESTABLISHED"] + [(0, SHUTDOWN)]
STATES["SHUTDOWN_RECD"] = STATES["ESTABLISHED"] + [(1, SHUTDOWN)]
STATES["SHUTDOWN_ACK_SENT"] = STATES["SHUTDOWN_SENT"] + [(1, SHUTDOWN_ACK)]
CHUNKS = [INIT, INIT_ACK, HEARTBEAT, HEARTBEAT_ACK, ABORT, SHUTDOWN, SHUTDOWN_ACK, COOKIE_ECHO, COOKIE_ACK, COMPLETE, DATA, ERROR]


def cell(r, translated):
    """comes into a state, and lets both sides send what they please there"""
    tags, events = [r.getrandbits(32), r.getrandbits(32)], []
    course = STATES[r.choice(list(STATES))] + [(r.randrange(2), r.choice(CHUNKS)) for _ in range(r.choice([1, 2, 3]))]
    for d, kind in course:
        src, dst, device = (OUTSIDE, ROUTER if translated else INSIDE, "eth0") if d else (INSIDE, OUTSIDE, "eth1")
        events.append({"type": "in", "iface": device, "hex": association(r, src, dst, d, tags, kind, 0.02).hex()})
    return events
