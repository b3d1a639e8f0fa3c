// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import java.util.List;

/** The state table of nf_conntrack_proto_sctp.c. */
final class SctpTransitions {
    static final int NONE = 0;
    static final int CLOSED = 1;
    static final int ESTABLISHED = 4;
    static final int INVALID = 9;

    /** Chunk types (RFC 9260, section 3.2). */
    static final int DATA = 0;

    static final int INIT = 1;
    static final int INIT_ACK = 2;
    static final int HEARTBEAT = 4;
    static final int HEARTBEAT_ACK = 5;
    static final int ABORT = 6;
    static final int SHUTDOWN = 7;
    static final int SHUTDOWN_ACK = 8;
    static final int ERROR = 9;
    static final int COOKIE_ECHO = 10;
    static final int COOKIE_ACK = 11;
    static final int SHUTDOWN_COMPLETE = 14;

    private static final List<String> NAMES = List.of(
            "NONE",
            "CLOSED",
            "COOKIE_WAIT",
            "COOKIE_ECHOED",
            "ESTABLISHED",
            "SHUTDOWN_SENT",
            "SHUTDOWN_RECD",
            "SHUTDOWN_ACK_SENT",
            "HEARTBEAT_SENT");

    private static final String CODES = "NO CL CW CE ES SS SR SA HS IV ";
    private static final int STATES = 9;
    private static final int NO_ROW = -1;

    /** Rows: {@link #row}. Columns: the state before, NO to HS. */
    private static final byte[][] ORIGINAL = table("""
            CL CL CW CE ES CL CL SA CW
            CL CL CW CE ES SS SR SA CL
            CL CL CL CL CL CL CL CL CL
            CL CL CW CE SS SS SR SA CL
            SA CL CW CE ES SA SA SA SA
            CL CL CW CE ES SS SR SA CL
            CL CL CE CE ES SS SR SA CL
            CL CL CW ES ES SS SR SA CL
            CL CL CW CE ES SS SR CL CL
            HS CL CW CE ES SS SR SA HS
            CL CL CW CE ES SS SR SA HS
            """);

    private static final byte[][] REPLY = table("""
            IV CL CW CE ES SS SR SA IV
            IV CW CW CE ES SS SR SA IV
            IV CL CL CL CL CL CL CL IV
            IV CL CW CE SR SS SR SA IV
            IV CL CW CE ES SA SA SA IV
            IV CL CW CL ES SS SR SA IV
            IV CL CE CE ES SS SR SA IV
            IV CL CW ES ES SS SR SA IV
            IV CL CW CE ES SS SR CL IV
            IV CL CW CE ES SS SR SA HS
            IV CL CW CE ES SS SR SA ES
            """);

    private SctpTransitions() {}

    private static byte[][] table(final String text) {
        return text.lines().map(SctpTransitions::cells).toArray(byte[][]::new);
    }

    private static byte[] cells(final String line) {
        final byte[] row = new byte[STATES];
        final String[] cells = line.split(" ");
        for (int i = 0; i < STATES; i++) {
            row[i] = (byte) (CODES.indexOf(cells[i] + " ") / 3);
        }
        return row;
    }

    private static int row(final int chunk) {
        return switch (chunk) {
            case INIT -> 0;
            case INIT_ACK -> 1;
            case ABORT -> 2;
            case SHUTDOWN -> 3;
            case SHUTDOWN_ACK -> 4;
            case ERROR -> 5;
            case COOKIE_ECHO -> 6;
            case COOKIE_ACK -> 7;
            case SHUTDOWN_COMPLETE -> 8;
            case HEARTBEAT -> 9;
            case HEARTBEAT_ACK -> 10;
            default -> NO_ROW;
        };
    }

    /** The kernel's name of a state ({@code sctp_conntrack_names}). */
    static String name(final int state) {
        return NAMES.get(state);
    }

    /** DATA, SACK and what else is not in the table keep the state. */
    static int next(final int direction, final int state, final int chunk) {
        final int row = row(chunk);
        return row == NO_ROW ? state : (direction == 0 ? ORIGINAL : REPLY)[row][state];
    }
}
