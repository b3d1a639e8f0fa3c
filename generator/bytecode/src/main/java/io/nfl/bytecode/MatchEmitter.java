// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.api.classify.RuleState;
import io.nfl.api.net.AddressType;
import io.nfl.api.net.Family;
import io.nfl.api.net.Verdict;
import io.nfl.ir.ConntrackMatch;
import io.nfl.ir.Match;
import java.util.Set;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/** Emits one match: a jump to {@code miss} unless it holds, a return of DROP where it drops at once. */
final class MatchEmitter implements Match.Visitor<Code> {
    private final Code code;
    private final Family family;
    private final Label miss;
    private final boolean indexed;
    private final int state;

    /**
     * @param indexed whether the chain's index has found the ports of this match
     * @param state the number of its state, where it has one
     */
    MatchEmitter(final Code code, final Family family, final Label miss, final boolean indexed, final int state) {
        this.code = code;
        this.family = family;
        this.miss = miss;
        this.indexed = indexed;
        this.state = state;
    }

    private TransportTests transport() {
        return new TransportTests(code, family);
    }

    private AddressTests addresses() {
        return new AddressTests(code, family);
    }

    @Override
    public Code tcp(final Match.Tcp match) {
        transport().tcp(match, indexed, miss);
        return code;
    }

    @Override
    public Code ports(final Match.Ports match) {
        transport().ports(match, indexed, miss);
        return code;
    }

    @Override
    public Code multiport(final Match.Multiport match) {
        transport().multiport(match, miss);
        return code;
    }

    @Override
    public Code icmp(final Match.Icmp match) {
        transport().icmp(match, miss);
        return code;
    }

    @Override
    public Code tcpMss(final Match.TcpMss match) {
        transport().mss(match, miss);
        return code;
    }

    @Override
    public Code conntrack(final ConntrackMatch match) {
        new ConntrackTests(code, family).conntrack(match, miss);
        return code;
    }

    @Override
    public Code connmark(final Match.Connmark match) {
        new ConntrackTests(code, family).connmark(match, miss);
        return code;
    }

    @Override
    public Code ipRange(final Match.IpRange match) {
        match.source()
                .ifPresent(t ->
                        code.test(t.inverted(), miss, fails -> addresses().range(true, t.value(), fails)));
        match.destination()
                .ifPresent(t ->
                        code.test(t.inverted(), miss, fails -> addresses().range(false, t.value(), fails)));
        return code;
    }

    @Override
    public Code addrType(final Match.AddrType match) {
        match.source().ifPresent(t -> code.test(t.inverted(), miss, fails -> type(match, true, t.value(), fails)));
        match.destination()
                .ifPresent(t -> code.test(t.inverted(), miss, fails -> type(match, false, t.value(), fails)));
        return code;
    }

    private void type(final Match.AddrType match, final boolean source, final Set<AddressType> types, final Label no) {
        switch (family) {
            case IPV4 -> routedType(match, source, types, no);
            case IPV6 -> {
                bitTypes(source, types, no);
                final Set<AddressType> asked = new java.util.HashSet<>(types);
                asked.retainAll(Set.of(AddressType.LOCAL, AddressType.ANYCAST, AddressType.UNREACHABLE));
                if (!asked.isEmpty()) {
                    routedType(match, source, asked, no);
                }
            }
        }
    }

    private void routedType(
            final Match.AddrType match, final boolean source, final Set<AddressType> types, final Label no) {
        int mask = 0;
        for (final AddressType type : types) {
            mask |= type.bit();
        }
        code.packet("routing", "L" + Abi.ROUTING + ";");
        addresses().pushHigh(source);
        addresses().pushLow(source);
        if (match.limitIn() || match.limitOut()) {
            code.packet(match.limitIn() ? "in" : "out", "Ljava/lang/String;");
        } else {
            code.constant("");
        }
        code.callInterface(Abi.ROUTING, "addressTypes", "(JJLjava/lang/String;)I");
        code.constant(mask).op(Opcodes.IAND).jump(Opcodes.IFEQ, no);
    }

    /** {@code ipv6_addr_type}: these three are told from the address itself, and each that is asked must hold. */
    private void bitTypes(final boolean source, final Set<AddressType> types, final Label no) {
        if (types.contains(AddressType.MULTICAST)) {
            multicast(source).jump(Opcodes.IFNE, no);
        }
        if (types.contains(AddressType.UNICAST)) {
            multicast(source).jump(Opcodes.IFEQ, no);
            unspecified(source).jump(Opcodes.IFEQ, no);
        }
        if (types.contains(AddressType.UNSPEC)) {
            unspecified(source).jump(Opcodes.IFNE, no);
        }
    }

    private Code multicast(final boolean source) {
        addresses().pushHigh(source);
        return code.constant(56).op(Opcodes.LUSHR).constant(0xFFL).op(Opcodes.LCMP);
    }

    private Code unspecified(final boolean source) {
        addresses().pushHigh(source);
        addresses().pushLow(source);
        return code.op(Opcodes.LOR).constant(0L).op(Opcodes.LCMP);
    }

    @Override
    public Code mark(final Match.Mark match) {
        return code.test(
                match.inverted(),
                miss,
                fails -> code.equal(() -> code.packetInt("mark"), match.mask(), match.value(), fails));
    }

    @Override
    public Code stateful(final Match.Stateful match) {
        code.load(Abi.SELF_LOCAL);
        code.mv.visitFieldInsn(Opcodes.GETFIELD, Abi.CLASSIFIER, "states", "[L" + Abi.RULE_STATE + ";");
        code.constant(state).op(Opcodes.AALOAD).load(Abi.PACKET_LOCAL);
        code.callInterface(Abi.RULE_STATE, "test", "(L" + Abi.PACKET + ";)I");
        code.mv.visitVarInsn(Opcodes.ISTORE, Abi.RESULT_LOCAL);
        code.load(Abi.RESULT_LOCAL).jump(Opcodes.IFEQ, miss);
        final Label hit = new Label();
        code.load(Abi.RESULT_LOCAL).constant(RuleState.HIT).jump(Opcodes.IF_ICMPEQ, hit);
        return code.returns(Verdict.HOTDROP).place(hit);
    }

    @Override
    public Code length(final Match.Length match) {
        return code.test(
                match.inverted(),
                miss,
                fails -> code.between(this::pushLength, match.low(), match.high(), 0xFFFF, fails));
    }

    private void pushLength() {
        code.load(Abi.PACKET_LOCAL).constant(family == Family.IPV4 ? 2 : 4).call(Abi.PACKET, "shortAt", "(I)I");
        if (family == Family.IPV6) {
            code.constant(40).op(Opcodes.IADD).constant(0xFFFF).op(Opcodes.IAND);
        }
    }

    @Override
    public Code hopLimit(final Match.HopLimit match) {
        return code.packetInt("ttl")
                .constant(match.value())
                .jump(
                        switch (match.comparison()) {
                            case EQUAL -> Opcodes.IF_ICMPNE;
                            case NOT_EQUAL -> Opcodes.IF_ICMPEQ;
                            case BELOW -> Opcodes.IF_ICMPGE;
                            case ABOVE -> Opcodes.IF_ICMPLE;
                        },
                        miss);
    }

    @Override
    public Code dscp(final Match.Dscp match) {
        return code.test(
                match.inverted(),
                miss,
                fails -> code.equal(() -> code.packetInt("trafficClass"), 0xFC, match.value() << 2, fails));
    }

    @Override
    public Code tos(final Match.Tos match) {
        return code.test(
                match.inverted(),
                miss,
                fails -> code.equal(() -> code.packetInt("trafficClass"), match.mask(), match.value(), fails));
    }

    @Override
    public Code owner(final Match.Owner match) {
        final Label socket = new Label();
        final Label holds = new Label();
        code.packet("hasSocket", "Z").jump(Opcodes.IFNE, socket);
        final boolean idsInverted = match.user().map(t -> t.inverted()).orElse(true)
                && match.group().map(t -> t.inverted()).orElse(true);
        final boolean allInverted =
                idsInverted && match.socketExists().map(t -> t.inverted()).orElse(true);
        code.jump(Opcodes.GOTO, allInverted ? holds : miss).place(socket);
        if (match.socketExists().map(t -> t.inverted()).orElse(false)) {
            code.jump(Opcodes.GOTO, miss);
        } else if (match.user().isPresent() || match.group().isPresent()) {
            final Label file = new Label();
            code.packet("hasSocketFile", "Z").jump(Opcodes.IFNE, file);
            code.jump(Opcodes.GOTO, idsInverted ? holds : miss).place(file);
            match.user().ifPresent(t -> code.test(t.inverted(), miss, fails -> id("socketUid", t.value(), fails)));
            match.group().ifPresent(t -> code.test(t.inverted(), miss, fails -> id("socketGid", t.value(), fails)));
        }
        return code.place(holds);
    }

    private void id(final String getter, final Match.IdRange range, final Label no) {
        pushId(getter);
        code.constant(range.low()).op(Opcodes.LCMP).jump(Opcodes.IFLT, no);
        pushId(getter);
        code.constant(range.high()).op(Opcodes.LCMP).jump(Opcodes.IFGT, no);
    }

    private void pushId(final String getter) {
        code.packetInt(getter).op(Opcodes.I2L).constant(0xFFFF_FFFFL).op(Opcodes.LAND);
    }

    @Override
    public Code mac(final Match.Mac match) {
        code.packet("macSource", "J").constant(-1L).op(Opcodes.LCMP).jump(Opcodes.IFEQ, miss);
        code.packet("macSource", "J").constant(match.address()).op(Opcodes.LCMP);
        return code.jump(match.inverted() ? Opcodes.IFEQ : Opcodes.IFNE, miss);
    }

    @Override
    public Code packetType(final Match.PacketType match) {
        return code.packetInt("packetType")
                .constant(match.type())
                .jump(match.inverted() ? Opcodes.IF_ICMPEQ : Opcodes.IF_ICMPNE, miss);
    }

    @Override
    public Code reversePath(final Match.ReversePath match) {
        code.packet("routing", "L" + Abi.ROUTING + ";").load(Abi.PACKET_LOCAL);
        code.constant(match.loose() ? 1 : 0).constant(match.validMark() ? 1 : 0).constant(match.acceptLocal() ? 1 : 0);
        code.callInterface(Abi.ROUTING, "reversePathHolds", "(L" + Abi.PACKET + ";ZZZ)Z");
        return code.jump(match.inverted() ? Opcodes.IFNE : Opcodes.IFEQ, miss);
    }
}
