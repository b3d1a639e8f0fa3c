// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.api.net.Family;
import io.nfl.api.net.Verdict;
import io.nfl.api.packet.PacketView;
import io.nfl.bytecode.RulePlan.MatchPlan;
import io.nfl.ir.DevicePattern;
import io.nfl.ir.Invertible;
import io.nfl.ir.IpHeaderMatch;
import java.util.Optional;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/** Emits one rule: header, matches, counters, target; a packet that it does not decide falls out at its end. */
final class RuleEmitter {
    private final Code code;
    private final Family family;
    private final String owner;
    private final ChainNames chains;

    RuleEmitter(final Code code, final Family family, final String owner, final ChainNames chains) {
        this.code = code;
        this.family = family;
        this.owner = owner;
        this.chains = chains;
    }

    /** @param shared whether several rules share the code, so that the rule's number is a parameter of the method */
    void rule(final RulePlan rule, final boolean shared) {
        final Label begin = new Label();
        code.place(begin);
        if (rule.line() > 0) {
            code.mv.visitLineNumber(Math.min(rule.line(), 0xFFFF), begin);
        }
        final Label miss = new Label();
        header(rule.header(), miss);
        for (final MatchPlan match : rule.matches()) {
            match.match().accept(new MatchEmitter(code, family, miss, match.indexed(), match.state()));
        }
        code.load(Abi.SELF_LOCAL);
        pushNumber(rule, shared);
        code.load(Abi.PACKET_LOCAL).call(owner, "count", "(IL" + Abi.PACKET + ";)V");
        rule.target().accept(new TargetEmitter(code, owner, chains, () -> pushParameterIndex(rule, shared)));
        code.place(miss);
    }

    private void pushNumber(final RulePlan rule, final boolean shared) {
        if (shared) {
            code.load(Abi.RULE_LOCAL);
        } else {
            code.constant(rule.number());
        }
    }

    private void pushParameterIndex(final RulePlan rule, final boolean shared) {
        code.load(Abi.SELF_LOCAL);
        code.mv.visitFieldInsn(Opcodes.GETFIELD, owner, Abi.RULE_PARAMETERS, "[I");
        pushNumber(rule, shared);
        code.op(Opcodes.IALOAD);
    }

    private void header(final IpHeaderMatch header, final Label miss) {
        final AddressTests addresses = new AddressTests(code, family);
        header.source()
                .ifPresent(t -> code.test(t.inverted(), miss, fails -> addresses.masked(true, t.value(), fails)));
        header.destination()
                .ifPresent(t -> code.test(t.inverted(), miss, fails -> addresses.masked(false, t.value(), fails)));
        device(header.in(), "in", miss);
        device(header.out(), "out", miss);
        header.protocol().ifPresent(t -> protocol(t, miss));
        if (family == Family.IPV4) {
            header.fragment()
                    .ifPresent(t ->
                            code.packetInt("fragmentOffset").jump(t.inverted() ? Opcodes.IFNE : Opcodes.IFEQ, miss));
        }
    }

    private void device(final Optional<Invertible<DevicePattern>> test, final String getter, final Label miss) {
        test.ifPresent(t -> {
            code.packet(getter, "Ljava/lang/String;").constant(t.value().name());
            if (t.value().wildcard()) {
                code.call("java/lang/String", "startsWith", "(Ljava/lang/String;)Z");
            } else {
                code.call("java/lang/String", "equals", "(Ljava/lang/Object;)Z");
            }
            code.jump(t.inverted() ? Opcodes.IFNE : Opcodes.IFEQ, miss);
        });
    }

    /** An IPv6 packet whose extension headers lead nowhere is dropped by the first rule that asks, be it for all. */
    private void protocol(final Invertible<Integer> test, final Label miss) {
        if (family == Family.IPV6) {
            final Label walked = new Label();
            code.packetInt("transportProtocol").constant(PacketView.NO_PROTOCOL);
            code.jump(Opcodes.IF_ICMPNE, walked).returns(Verdict.HOTDROP).place(walked);
            if (test.value() == 0) {
                return;
            }
        }
        code.packetInt("transportProtocol").constant(test.value());
        code.jump(test.inverted() ? Opcodes.IF_ICMPEQ : Opcodes.IF_ICMPNE, miss);
    }
}
