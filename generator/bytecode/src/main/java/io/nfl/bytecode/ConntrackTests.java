// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.api.net.AddressMask;
import io.nfl.api.net.ConntrackState;
import io.nfl.api.net.Family;
import io.nfl.api.packet.ConnectionView;
import io.nfl.ir.ConntrackMatch;
import io.nfl.ir.ConntrackMatch.TuplePart;
import io.nfl.ir.Match;
import java.util.Set;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/** Tests of the attached connection. */
final class ConntrackTests {
    private static final int VIRTUAL = ConntrackState.SNAT.bit() | ConntrackState.DNAT.bit();

    private final Code code;
    private final Family family;

    ConntrackTests(final Code code, final Family family) {
        this.code = code;
        this.family = family;
    }

    void conntrack(final ConntrackMatch match, final Label miss) {
        match.states().ifPresent(t -> code.test(t.inverted(), miss, fails -> state(t.value(), fails)));
        if (match.states().isPresent()
                && match.equals(ConntrackMatch.EMPTY.withStates(match.states().get()))) {
            return;
        }
        final Label holds = new Label();
        pushConnection();
        code.jump(Opcodes.IFNULL, match.states().isPresent() ? holds : miss);
        match.replyDirection()
                .ifPresent(t -> code.test(
                        t.inverted(),
                        miss,
                        fails -> code.packetInt("direction")
                                .constant(1)
                                .jump(t.value() ? Opcodes.IF_ICMPNE : Opcodes.IF_ICMPEQ, fails)));
        for (final TuplePart part : TuplePart.values()) {
            final var test = match.addresses().get(part);
            if (test != null) {
                code.test(test.inverted(), miss, fails -> address(part, test.value(), fails));
            }
        }
        match.protocol()
                .ifPresent(t -> code.test(
                        t.inverted(), miss, fails -> code.equal(() -> pushInt("protocol"), -1, t.value(), fails)));
        for (final TuplePart part : TuplePart.values()) {
            final var test = match.ports().get(part);
            if (test != null) {
                code.test(
                        test.inverted(),
                        miss,
                        fails -> code.between(
                                () -> pushInt(name(part, "Port")),
                                test.value().low(),
                                test.value().high(),
                                0xFFFF,
                                fails));
            }
        }
        match.status()
                .ifPresent(t -> code.test(t.inverted(), miss, fails -> {
                    pushInt("status");
                    code.constant(statusMask(t.value())).op(Opcodes.IAND).jump(Opcodes.IFEQ, fails);
                }));
        match.expires().ifPresent(t -> code.test(t.inverted(), miss, fails -> expires(t.value(), fails)));
        code.place(holds);
    }

    /** SNAT and DNAT are read from the connection's status: the packet has no such bit. */
    private void state(final Set<ConntrackState> states, final Label miss) {
        int mask = 0;
        for (final ConntrackState state : states) {
            mask |= state.bit();
        }
        final Label holds = new Label();
        code.packetInt("conntrackStateBit").constant(mask).op(Opcodes.IAND);
        if ((mask & VIRTUAL) == 0) {
            code.jump(Opcodes.IFEQ, miss);
            return;
        }
        code.jump(Opcodes.IFNE, holds);
        pushConnection();
        code.jump(Opcodes.IFNULL, miss);
        pushInt("status");
        final int status = (states.contains(ConntrackState.SNAT) ? ConnectionView.STATUS_SRC_NAT : 0)
                | (states.contains(ConntrackState.DNAT) ? ConnectionView.STATUS_DST_NAT : 0);
        code.constant(status).op(Opcodes.IAND).jump(Opcodes.IFEQ, miss).place(holds);
    }

    private void address(final TuplePart part, final AddressMask mask, final Label miss) {
        if (family == Family.IPV6) {
            code.equal(
                    () -> pushLong(name(part, "High")),
                    mask.mask().high(),
                    mask.value().high(),
                    miss);
        }
        code.equal(
                () -> pushLong(name(part, "Low")),
                mask.mask().low(),
                mask.value().low(),
                miss);
    }

    private void expires(final ConntrackMatch.Seconds range, final Label miss) {
        pushLong("expiresSeconds");
        code.constant(range.low()).op(Opcodes.LCMP).jump(Opcodes.IFLT, miss);
        pushLong("expiresSeconds");
        code.constant(range.high()).op(Opcodes.LCMP).jump(Opcodes.IFGT, miss);
    }

    private static String name(final TuplePart part, final String suffix) {
        return switch (part) {
                    case ORIGINAL_SOURCE -> "originalSource";
                    case ORIGINAL_DESTINATION -> "originalDestination";
                    case REPLY_SOURCE -> "replySource";
                    case REPLY_DESTINATION -> "replyDestination";
                }
                + suffix;
    }

    private static int statusMask(final Set<ConntrackMatch.Status> statuses) {
        int mask = 0;
        for (final ConntrackMatch.Status status : statuses) {
            mask |= switch (status) {
                case NONE -> 0;
                case EXPECTED -> ConnectionView.STATUS_EXPECTED;
                case SEEN_REPLY -> ConnectionView.STATUS_SEEN_REPLY;
                case ASSURED -> ConnectionView.STATUS_ASSURED;
                case CONFIRMED -> ConnectionView.STATUS_CONFIRMED;
            };
        }
        return mask;
    }

    void connmark(final Match.Connmark match, final Label miss) {
        pushConnection();
        code.jump(Opcodes.IFNULL, miss);
        code.test(
                match.inverted(), miss, fails -> code.equal(() -> pushInt("mark"), match.mask(), match.value(), fails));
    }

    private void pushConnection() {
        code.packet("connection", "L" + Abi.CONNECTION + ";");
    }

    private void pushInt(final String getter) {
        pushConnection();
        code.callInterface(Abi.CONNECTION, getter, "()I");
    }

    private void pushLong(final String getter) {
        pushConnection();
        code.callInterface(Abi.CONNECTION, getter, "()J");
    }
}
