// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.api.net.Family;
import io.nfl.api.net.PortRange;
import io.nfl.api.net.Verdict;
import io.nfl.ir.Invertible;
import io.nfl.ir.Match;
import java.util.Optional;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/** Tests of the transport header. */
final class TransportTests {
    private static final int MAX_PORT = 0xFFFF;

    private final Code code;
    private final Family family;

    TransportTests(final Code code, final Family family) {
        this.code = code;
        this.family = family;
    }

    /**
     * Misses a later fragment, drops a header cut short.
     *
     * @param indexed the chain's index has found ports already, unless the packet is odd
     */
    private void header(final int bytes, final boolean tcp, final boolean indexed, final Label miss) {
        final Label there = new Label();
        if (indexed) {
            code.load(Abi.ODD_LOCAL).jump(Opcodes.IFEQ, there);
        }
        final Label whole = new Label();
        code.packetInt("fragmentOffset").jump(Opcodes.IFEQ, whole);
        if (tcp && family == Family.IPV4) {
            code.packetInt("fragmentOffset").constant(1).jump(Opcodes.IF_ICMPNE, miss);
            code.returns(Verdict.HOTDROP);
        } else {
            code.jump(Opcodes.GOTO, miss);
        }
        code.place(whole).packetInt("transportBytes").constant(bytes).jump(Opcodes.IF_ICMPGE, there);
        code.returns(Verdict.HOTDROP).place(there);
    }

    /** Pushes the 16 or 8 bits {@code at} bytes into the transport header. */
    private void push(final String getter, final int at) {
        code.load(Abi.PACKET_LOCAL).packetInt("transportOffset");
        if (at != 0) {
            code.constant(at).op(Opcodes.IADD);
        }
        code.call(Abi.PACKET, getter, "(I)I");
    }

    private void port(final Optional<Invertible<PortRange>> test, final int at, final Label miss) {
        test.ifPresent(t -> code.test(t.inverted(), miss, fails -> portIn(t.value(), at, fails)));
    }

    private void portIn(final PortRange range, final int at, final Label miss) {
        code.between(() -> push("shortAt", at), range.low(), range.high(), MAX_PORT, miss);
    }

    void tcp(final Match.Tcp match, final boolean indexed, final Label miss) {
        header(20, true, indexed, miss);
        port(match.source(), 0, miss);
        port(match.destination(), 2, miss);
        match.flags()
                .ifPresent(t -> code.test(
                        t.inverted(),
                        miss,
                        fails -> code.equal(
                                () -> push("byteAt", 13),
                                t.value().mask(),
                                t.value().compare(),
                                fails)));
        match.option().ifPresent(t -> option(t, miss));
    }

    private void option(final Invertible<Integer> test, final Label miss) {
        code.load(Abi.PACKET_LOCAL).constant(test.value());
        code.callStatic(Abi.TCP_OPTIONS, "find", "(L" + Abi.PACKET + ";I)I");
        code.mv.visitVarInsn(Opcodes.ISTORE, Abi.RESULT_LOCAL);
        dropMalformed();
        code.load(Abi.RESULT_LOCAL).jump(test.inverted() ? Opcodes.IFGE : Opcodes.IFLT, miss);
    }

    private void dropMalformed() {
        final Label formed = new Label();
        code.load(Abi.RESULT_LOCAL).constant(io.nfl.api.packet.TcpOptions.MALFORMED);
        code.jump(Opcodes.IF_ICMPNE, formed).returns(Verdict.HOTDROP).place(formed);
    }

    void ports(final Match.Ports match, final boolean indexed, final Label miss) {
        header(
                switch (match.protocol()) {
                    case UDP -> 8;
                    case SCTP, DCCP -> 12;
                },
                false,
                indexed,
                miss);
        port(match.source(), 0, miss);
        port(match.destination(), 2, miss);
    }

    void multiport(final Match.Multiport match, final Label miss) {
        header(4, false, false, miss);
        code.test(match.inverted(), miss, fails -> {
            final Label found = new Label();
            for (final PortRange range : match.ports()) {
                switch (match.side()) {
                    case SOURCE -> foundAt(range, 0, found);
                    case DESTINATION -> foundAt(range, 2, found);
                    case EITHER -> {
                        foundAt(range, 0, found);
                        foundAt(range, 2, found);
                    }
                }
            }
            code.jump(Opcodes.GOTO, fails).place(found);
        });
    }

    private void foundAt(final PortRange range, final int at, final Label found) {
        final Label not = new Label();
        portIn(range, at, not);
        code.jump(Opcodes.GOTO, found).place(not);
    }

    void icmp(final Match.Icmp match, final Label miss) {
        header(8, false, false, miss);
        if (match.family() == Family.IPV4 && match.type() == Match.Icmp.ANY_TYPE) {
            if (match.inverted()) {
                code.jump(Opcodes.GOTO, miss).place(new Label());
            }
            return;
        }
        code.test(match.inverted(), miss, fails -> {
            code.equal(() -> push("byteAt", 0), -1, match.type(), fails);
            code.between(() -> push("byteAt", 1), match.codeLow(), match.codeHigh(), 0xFF, fails);
        });
    }

    void mss(final Match.TcpMss match, final Label miss) {
        final Label there = new Label();
        code.packetInt("transportBytes").constant(20).jump(Opcodes.IF_ICMPGE, there);
        code.returns(Verdict.HOTDROP).place(there);
        code.load(Abi.PACKET_LOCAL).callStatic(Abi.TCP_OPTIONS, "mss", "(L" + Abi.PACKET + ";)I");
        code.mv.visitVarInsn(Opcodes.ISTORE, Abi.RESULT_LOCAL);
        dropMalformed();
        code.test(match.inverted(), miss, fails -> {
            code.load(Abi.RESULT_LOCAL).jump(Opcodes.IFLT, fails);
            code.between(() -> code.load(Abi.RESULT_LOCAL), match.low(), match.high(), 0xFFFF, fails);
        });
    }
}
