// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.api.net.Verdict;
import io.nfl.ir.Target;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/**
 * Emits one target: a return of its verdict, or nothing more than its action where the next rule follows. The operand
 * stack is empty before and after.
 */
final class TargetEmitter implements Target.Visitor<Code> {
    private final Code code;
    private final String owner;
    private final ChainNames chains;
    private final Runnable pushParameterIndex;

    /**
     * @param chains the methods of the chains of this table
     * @param pushParameterIndex pushes the index of the target's parameter
     */
    TargetEmitter(final Code code, final String owner, final ChainNames chains, final Runnable pushParameterIndex) {
        this.code = code;
        this.owner = owner;
        this.chains = chains;
        this.pushParameterIndex = pushParameterIndex;
    }

    private void pushParameter(final String type) {
        code.load(Abi.SELF_LOCAL);
        code.mv.visitFieldInsn(Opcodes.GETFIELD, owner, Abi.PARAMETERS, Abi.PARAMETERS_TYPE);
        pushParameterIndex.run();
        code.op(Opcodes.AALOAD);
        code.mv.visitTypeInsn(Opcodes.CHECKCAST, type);
    }

    private void pushEnum(final String type, final Enum<?> value) {
        code.mv.visitFieldInsn(Opcodes.GETSTATIC, type, value.name(), "L" + type + ";");
    }

    private Code act(final String name, final String arguments) {
        return code.callInterface(Abi.TARGETS, name, "(" + arguments + ")V");
    }

    /** Calls a target that returns a verdict, and returns it unless it is CONTINUE. */
    private Code decide(final String name, final String arguments) {
        return returnUnlessContinue(code.callInterface(Abi.TARGETS, name, "(" + arguments + ")I"));
    }

    private static Code returnUnlessContinue(final Code code) {
        final Label next = new Label();
        code.mv.visitVarInsn(Opcodes.ISTORE, Abi.RESULT_LOCAL);
        code.load(Abi.RESULT_LOCAL).jump(Opcodes.IFEQ, next);
        return code.load(Abi.RESULT_LOCAL).op(Opcodes.IRETURN).place(next);
    }

    private Code callChain(final String chain) {
        code.load(Abi.SELF_LOCAL).load(Abi.PACKET_LOCAL).load(Abi.TARGETS_LOCAL);
        code.mv.visitMethodInsn(Opcodes.INVOKESPECIAL, owner, chains.method(chain), Abi.CHAIN, false);
        return code;
    }

    private Code translate(final String name) {
        code.load(Abi.TARGETS_LOCAL);
        pushParameter(Abi.NAT_RANGE);
        return decide(name, "L" + Abi.NAT_RANGE + ";");
    }

    @Override
    public Code accept(final Target.Accept target) {
        return code.returns(Verdict.ACCEPT);
    }

    @Override
    public Code drop(final Target.Drop target) {
        return code.returns(Verdict.DROP);
    }

    @Override
    public Code returns(final Target.Return target) {
        return code.returns(Verdict.CONTINUE);
    }

    @Override
    public Code continues(final Target.Continue target) {
        return code;
    }

    @Override
    public Code jump(final Target.Jump target) {
        return returnUnlessContinue(callChain(target.chain()));
    }

    @Override
    public Code goTo(final Target.Goto target) {
        return callChain(target.chain()).op(Opcodes.IRETURN);
    }

    @Override
    public Code reject(final Target.Reject target) {
        code.load(Abi.TARGETS_LOCAL);
        pushEnum(Abi.REJECT_WITH, target.with());
        return decide("reject", "L" + Abi.REJECT_WITH + ";");
    }

    @Override
    public Code log(final Target.Log target) {
        code.load(Abi.TARGETS_LOCAL);
        pushParameter(Abi.LOG_PARAMETERS);
        return act("log", "L" + Abi.LOG_PARAMETERS + ";");
    }

    @Override
    public Code nflog(final Target.Nflog target) {
        code.load(Abi.TARGETS_LOCAL)
                .constant(target.group())
                .constant(target.prefix())
                .constant(target.bytes());
        return act("nflog", "ILjava/lang/String;I");
    }

    @Override
    public Code masquerade(final Target.Masquerade target) {
        return translate("masquerade");
    }

    @Override
    public Code snat(final Target.Snat target) {
        return translate("snat");
    }

    @Override
    public Code dnat(final Target.Dnat target) {
        return translate("dnat");
    }

    @Override
    public Code redirect(final Target.Redirect target) {
        return translate("redirect");
    }

    @Override
    public Code netmap(final Target.Netmap target) {
        return translate("netmap");
    }

    @Override
    public Code mark(final Target.Mark target) {
        code.load(Abi.TARGETS_LOCAL).constant(target.value()).constant(target.mask());
        return act("mark", "II");
    }

    @Override
    public Code setConnmark(final Target.SetConnmark target) {
        code.load(Abi.TARGETS_LOCAL).constant(target.value()).constant(target.mask());
        return act("setConnmark", "II");
    }

    @Override
    public Code saveMark(final Target.SaveMark target) {
        code.load(Abi.TARGETS_LOCAL).constant(target.packetMask()).constant(target.ctMask());
        return act("saveMark", "II");
    }

    @Override
    public Code restoreMark(final Target.RestoreMark target) {
        code.load(Abi.TARGETS_LOCAL).constant(target.packetMask()).constant(target.ctMask());
        return act("restoreMark", "II");
    }

    @Override
    public Code hopLimit(final Target.HopLimit target) {
        code.load(Abi.TARGETS_LOCAL);
        pushEnum(Abi.HOP_LIMIT_OPERATION, target.operation());
        code.constant(target.value());
        return decide("hopLimit", "L" + Abi.HOP_LIMIT_OPERATION + ";I");
    }

    @Override
    public Code dscp(final Target.Dscp target) {
        code.load(Abi.TARGETS_LOCAL).constant(target.dscp());
        return act("dscp", "I");
    }

    @Override
    public Code tos(final Target.Tos target) {
        code.load(Abi.TARGETS_LOCAL).constant(target.value()).constant(target.mask());
        return act("tos", "II");
    }

    @Override
    public Code tcpMss(final Target.TcpMss target) {
        code.load(Abi.TARGETS_LOCAL).constant(target.mss());
        return decide("tcpMss", "I");
    }

    @Override
    public Code noTrack(final Target.NoTrack target) {
        code.load(Abi.TARGETS_LOCAL);
        return act("noTrack", "");
    }

    @Override
    public Code track(final Target.Track target) {
        code.load(Abi.TARGETS_LOCAL);
        pushParameter(Abi.CT_TEMPLATE);
        return act("track", "L" + Abi.CT_TEMPLATE + ";");
    }

    @Override
    public Code trace(final Target.Trace target) {
        code.load(Abi.TARGETS_LOCAL);
        return act("trace", "");
    }

    @Override
    public Code classify(final Target.Classify target) {
        code.load(Abi.TARGETS_LOCAL).constant(target.priority());
        return act("classify", "I");
    }

    @Override
    public Code copy(final Target.Copy target) {
        code.load(Abi.TARGETS_LOCAL);
        pushParameter(Abi.IP_ADDRESS);
        code.constant(target.device());
        return act("copy", "L" + Abi.IP_ADDRESS + ";Ljava/lang/String;");
    }
}
