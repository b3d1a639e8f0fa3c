// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import io.nfl.api.net.TcpFlags;
import java.util.List;

/** The state table of nf_conntrack_proto_tcp.c, as Linux 6.12 and 6.18 have it. */
final class TcpTransitions {
    static final int NONE = 0;
    static final int SYN_SENT = 1;
    static final int SYN_RECV = 2;
    static final int ESTABLISHED = 3;
    static final int FIN_WAIT = 4;
    static final int CLOSE_WAIT = 5;
    static final int LAST_ACK = 6;
    static final int TIME_WAIT = 7;
    static final int CLOSE = 8;
    static final int SYN_SENT2 = 9;
    /** The packet is invalid. */
    static final int INVALID = 10;
    /** The packet passes and changes nothing. */
    static final int IGNORE = 11;

    static final int SYN_SEGMENT = 0;
    static final int SYN_ACK_SEGMENT = 1;
    static final int FIN_SEGMENT = 2;
    static final int ACK_SEGMENT = 3;
    static final int RST_SEGMENT = 4;
    static final int NONE_SEGMENT = 5;

    private static final List<String> NAMES = List.of(
            "NONE",
            "SYN_SENT",
            "SYN_RECV",
            "ESTABLISHED",
            "FIN_WAIT",
            "CLOSE_WAIT",
            "LAST_ACK",
            "TIME_WAIT",
            "CLOSE",
            "SYN_SENT2");

    private static final String CODES = "NO SS SR ES FW CW LA TW CL S2 IV IG ";
    private static final int STATES = 10;

    /** Rows: what came, by the segment numbers above. Columns: the state before. */
    private static final byte[][] ORIGINAL = table("""
            SS SS IG IG IG IG IG SS SS S2
            IV IV SR IV IV IV IV IV IV SR
            IV IV FW FW LA LA LA TW CL IV
            ES IV ES ES CW CW TW TW CL IV
            IV CL CL CL CL CL CL CL CL CL
            IV IV IV IV IV IV IV IV IV IV
            """);

    private static final byte[][] REPLY = table("""
            IV S2 IV IV IV IV IV SS IV S2
            IV SR IG IG IG IG IG IG IG SR
            IV IV FW FW LA LA LA TW CL IV
            IV IG SR ES CW CW TW TW CL IG
            IV CL CL CL CL CL CL CL CL CL
            IV IV IV IV IV IV IV IV IV IV
            """);

    private TcpTransitions() {}

    private static byte[][] table(final String text) {
        return text.lines().map(TcpTransitions::row).toArray(byte[][]::new);
    }

    private static byte[] row(final String line) {
        final byte[] row = new byte[STATES];
        final String[] cells = line.split(" ");
        for (int i = 0; i < STATES; i++) {
            row[i] = (byte) (CODES.indexOf(cells[i] + " ") / 3);
        }
        return row;
    }

    static int next(final int direction, final int segment, final int state) {
        return (direction == 0 ? ORIGINAL : REPLY)[segment][state];
    }

    /** {@code get_conntrack_index}. */
    static int segment(final int flags) {
        if ((flags & TcpFlags.RST) != 0) {
            return RST_SEGMENT;
        }
        if ((flags & TcpFlags.SYN) != 0) {
            return (flags & TcpFlags.ACK) != 0 ? SYN_ACK_SEGMENT : SYN_SEGMENT;
        }
        if ((flags & TcpFlags.FIN) != 0) {
            return FIN_SEGMENT;
        }
        return (flags & TcpFlags.ACK) != 0 ? ACK_SEGMENT : NONE_SEGMENT;
    }

    /** The kernel's name of a state. */
    static String name(final int state) {
        return NAMES.get(state);
    }

    /** {@code tcp_can_early_drop}: on the way to the end. */
    static boolean closing(final int state) {
        return state >= FIN_WAIT && state <= CLOSE;
    }
}
