// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import io.nfl.api.net.Hook;
import io.nfl.engine.packet.Packet;
import io.nfl.engine.packet.SctpChecksum;

/** net/netfilter/nf_conntrack_proto_sctp.c. NOT thread safe. */
final class SctpTracker implements Tracker {
    private static final int HEADER = 12;
    private static final int TAG = 4;
    private static final int CHUNK_HEADER = 4;
    /** Initiate tag, window, streams, initial TSN. */
    private static final int INIT_LENGTH = 16;
    /** The T flag of ABORT and SHUTDOWN COMPLETE: the tag is the peer's. */
    private static final int TAG_REFLECTED = 1;

    private static final long WITHOUT_TAG_CHECK = chunks(
            SctpTransitions.INIT,
            SctpTransitions.SHUTDOWN_COMPLETE,
            SctpTransitions.COOKIE_ECHO,
            SctpTransitions.ABORT,
            SctpTransitions.SHUTDOWN_ACK,
            SctpTransitions.HEARTBEAT,
            SctpTransitions.HEARTBEAT_ACK);

    private static final long NEVER_FIRST =
            chunks(SctpTransitions.ABORT, SctpTransitions.SHUTDOWN_COMPLETE, SctpTransitions.COOKIE_ACK);

    private static final ConntrackSysctl[] TIMEOUTS = {
        ConntrackSysctl.SCTP_TIMEOUT_CLOSED,
        ConntrackSysctl.SCTP_TIMEOUT_CLOSED,
        ConntrackSysctl.SCTP_TIMEOUT_COOKIE_WAIT,
        ConntrackSysctl.SCTP_TIMEOUT_COOKIE_ECHOED,
        ConntrackSysctl.SCTP_TIMEOUT_ESTABLISHED,
        ConntrackSysctl.SCTP_TIMEOUT_SHUTDOWN_SENT,
        ConntrackSysctl.SCTP_TIMEOUT_SHUTDOWN_RECD,
        ConntrackSysctl.SCTP_TIMEOUT_SHUTDOWN_ACK_SENT,
        ConntrackSysctl.SCTP_TIMEOUT_HEARTBEAT_SENT
    };

    private final ConnectionTable table;
    private final ConntrackSettings settings;
    private final TransportChecksum checksum;
    /** Chunk types of the packet at hand, those below 64; no other matters. */
    private long present;
    /** The packet passes without giving the connection more time. */
    private boolean keepTimeout;

    SctpTracker(final ConnectionTable table, final ConntrackSettings settings, final TransportChecksum checksum) {
        this.table = table;
        this.settings = settings;
        this.checksum = checksum;
    }

    private static long chunks(final int... types) {
        long set = 0;
        for (final int type : types) {
            set |= 1L << type;
        }
        return set;
    }

    private boolean has(final int type) {
        return (present >>> type & 1) != 0;
    }

    @Override
    public boolean allowsClash() {
        return false;
    }

    @Override
    public int packet(final Connection connection, final Packet packet, final int ctInfo, final Hook hook) {
        if (packet.transportBytes() < HEADER || isBroken(packet, hook) || !chunksFit(packet)) {
            return INVALID;
        }
        final SctpState sctp = connection.sctpState();
        if (!connection.isConfirmed() && ((present & NEVER_FIRST) != 0 || !begin(sctp, packet))) {
            return INVALID;
        }
        final int direction = CtInfo.direction(ctInfo);
        if ((present & WITHOUT_TAG_CHECK) == 0 && tag(packet) != sctp.tag[direction]) {
            return INVALID;
        }
        keepTimeout = false;
        int state = SctpTransitions.NONE;
        for (int at = first(packet); more(packet, at); at = next(packet, at)) {
            final int seen = chunk(connection, sctp, direction, packet, at);
            if (seen == SctpTransitions.INVALID) {
                return INVALID;
            }
            state = seen == SKIPPED ? state : seen;
        }
        if (!keepTimeout) {
            table.refresh(connection, settings.get(TIMEOUTS[state]));
        }
        return ACCEPT;
    }

    /** {@code sctp_error} makes the header writable before it sums. */
    private boolean isBroken(final Packet packet, final Hook hook) {
        if (!checksum.isChecked(packet, hook)) {
            return false;
        }
        packet.pull(packet.transportOffset() + HEADER);
        return SctpChecksum.isBad(packet);
    }

    private static int tag(final Packet packet) {
        return packet.intAt(packet.transportOffset() + TAG);
    }

    private static int first(final Packet packet) {
        return packet.transportOffset() + HEADER;
    }

    private static boolean more(final Packet packet, final int at) {
        return packet.length() - at >= CHUNK_HEADER;
    }

    private static int next(final Packet packet, final int at) {
        return at + (packet.shortAt(at + 2) + 3 & ~3);
    }

    /** {@code do_basic_checks}: chunks have a length; some must be alone, some must be first. */
    private boolean chunksFit(final Packet packet) {
        present = 0;
        int count = 0;
        boolean alone = false;
        for (int at = first(packet); more(packet, at); at = next(packet, at)) {
            final int type = packet.byteAt(at);
            alone |= type == SctpTransitions.INIT
                    || type == SctpTransitions.INIT_ACK
                    || type == SctpTransitions.SHUTDOWN_COMPLETE;
            final boolean mustBeFirst =
                    alone || type == SctpTransitions.COOKIE_ACK || type == SctpTransitions.COOKIE_ECHO;
            if (mustBeFirst && count != 0 || packet.shortAt(at + 2) == 0) {
                return false;
            }
            present |= type < Long.SIZE ? 1L << type : 0;
            count++;
        }
        return count != 0;
    }

    /** {@code sctp_new}. */
    private static boolean begin(final SctpState sctp, final Packet packet) {
        sctp.clear();
        for (int at = first(packet); more(packet, at); at = next(packet, at)) {
            final int type = packet.byteAt(at);
            final int state = SctpTransitions.next(0, SctpTransitions.NONE, type);
            if (state == SctpTransitions.NONE || state == SctpTransitions.INVALID) {
                return false;
            }
            if (type == SctpTransitions.INIT) {
                if (tag(packet) != 0 || packet.length() - at - CHUNK_HEADER < INIT_LENGTH) {
                    return false;
                }
                sctp.tag[1] = packet.intAt(at + CHUNK_HEADER);
            } else if (type == SctpTransitions.HEARTBEAT) {
                sctp.tag[0] = tag(packet);
            } else if (type == SctpTransitions.SHUTDOWN_ACK) {
                sctp.tag[1] = tag(packet);
            }
        }
        return true;
    }

    /** {@link #chunk} looked at a chunk that changes nothing. */
    private static final int SKIPPED = -1;

    /** @return the state after the chunk, {@link SctpTransitions#INVALID}, or {@link #SKIPPED} */
    private int chunk(
            final Connection connection, final SctpState sctp, final int direction, final Packet packet, final int at) {
        final int type = packet.byteAt(at);
        final int tagged = checkTag(sctp, direction, packet, at);
        if (tagged != 0) {
            return tagged;
        }
        final int old = sctp.state;
        final int state = SctpTransitions.next(direction, old, type);
        if (state == SctpTransitions.INVALID) {
            return state;
        }
        if (type == SctpTransitions.INIT || type == SctpTransitions.INIT_ACK) {
            if (packet.length() - at - CHUNK_HEADER < INIT_LENGTH) {
                return SctpTransitions.INVALID;
            }
            final int initTag = packet.intAt(at + CHUNK_HEADER);
            if (type == SctpTransitions.INIT) {
                noteInit(sctp, direction, initTag);
                // A repeated INIT must not keep the entry, and its translation, alive.
                keepTimeout |=
                        state == SctpTransitions.CLOSED && old == SctpTransitions.CLOSED && connection.isConfirmed();
            } else if (!noteInitAck(sctp, direction, initTag)) {
                return SctpTransitions.INVALID;
            }
        }
        sctp.state = state;
        if (old != state && state == SctpTransitions.ESTABLISHED) {
            connection.add(ConnectionStatus.ASSURED);
        }
        return state;
    }

    private static void noteInit(final SctpState sctp, final int direction, final int initTag) {
        if (sctp.state == SctpTransitions.NONE || sctp.tag[1 - direction] != initTag) {
            if (sctp.init[direction] && sctp.init[1 - direction]) {
                sctp.init[1 - direction] = false;
            }
            sctp.init[direction] = true;
        }
        sctp.tag[1 - direction] = initTag;
    }

    private static boolean noteInitAck(final SctpState sctp, final int direction, final int initTag) {
        final int known = sctp.tag[1 - direction];
        final boolean stale = !sctp.init[1 - direction] && known != 0 && known != initTag;
        final boolean collision = sctp.init[direction] && sctp.init[1 - direction] && known != initTag;
        if (stale || collision) {
            return false;
        }
        sctp.tag[1 - direction] = initTag;
        return true;
    }

    /** RFC 9260, section 8.5.1, and the heartbeats of other paths. @return 0 to go on */
    private int checkTag(final SctpState sctp, final int direction, final Packet packet, final int at) {
        final int tag = tag(packet);
        final int invalid = SctpTransitions.INVALID;
        return switch (packet.byteAt(at)) {
            case SctpTransitions.INIT -> tag == 0 ? 0 : invalid;
            case SctpTransitions.ABORT, SctpTransitions.SHUTDOWN_COMPLETE -> {
                final boolean reflected = (packet.byteAt(at + 1) & TAG_REFLECTED) != 0;
                yield tag == sctp.tag[reflected ? 1 - direction : direction] ? 0 : invalid;
            }
            case SctpTransitions.COOKIE_ECHO -> tag == sctp.tag[direction] ? 0 : invalid;
            case SctpTransitions.COOKIE_ACK -> {
                sctp.init[0] = false;
                sctp.init[1] = false;
                yield 0;
            }
            case SctpTransitions.HEARTBEAT -> heartbeat(sctp, direction, tag);
            case SctpTransitions.HEARTBEAT_ACK -> heartbeatAck(sctp, direction, tag);
            default -> 0;
        };
    }

    private int heartbeat(final SctpState sctp, final int direction, final int tag) {
        if (sctp.tag[direction] == 0) {
            sctp.tag[direction] = tag;
            return 0;
        }
        if (tag == sctp.tag[direction]) {
            sctp.heartbeatTagFailed = false;
            return 0;
        }
        if (has(SctpTransitions.DATA) || keepTimeout) {
            return SctpTransitions.INVALID;
        }
        sctp.heartbeatTagFailed = true;
        sctp.lastDirection = direction;
        keepTimeout = true;
        return SKIPPED;
    }

    private int heartbeatAck(final SctpState sctp, final int direction, final int tag) {
        if (sctp.tag[direction] == 0) {
            sctp.tag[direction] = tag;
            return 0;
        }
        if (tag != sctp.tag[direction]) {
            if (has(SctpTransitions.DATA)
                    || keepTimeout
                    || !sctp.heartbeatTagFailed
                    || sctp.lastDirection == direction) {
                return SctpTransitions.INVALID;
            }
            sctp.tag[direction] = tag;
            sctp.tag[1 - direction] = 0;
        }
        sctp.heartbeatTagFailed = false;
        return 0;
    }
}
