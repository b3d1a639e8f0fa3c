// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import java.util.function.Consumer;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Instructions of one method. INVARIANT: the operand stack is empty at each label and the locals are the same from
 * {@link #beginRules} to the end, so that each label has the same frame and no frames need be computed.
 */
final class Code {
    final MethodVisitor mv;

    Code(final MethodVisitor mv) {
        this.mv = mv;
    }

    /** Gives {@code RESULT_LOCAL} a value; from here on it is in all frames. */
    Code beginRules() {
        mv.visitInsn(Opcodes.ICONST_0);
        mv.visitVarInsn(Opcodes.ISTORE, Abi.RESULT_LOCAL);
        mv.visitFrame(Opcodes.F_APPEND, 1, new Object[] {Opcodes.INTEGER}, 0, null);
        mv.visitInsn(Opcodes.NOP);
        return this;
    }

    Code place(final Label label) {
        mv.visitLabel(label);
        mv.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
        return this;
    }

    Code op(final int opcode) {
        mv.visitInsn(opcode);
        return this;
    }

    Code jump(final int opcode, final Label label) {
        mv.visitJumpInsn(opcode, label);
        return this;
    }

    Code load(final int local) {
        mv.visitVarInsn(
                local == Abi.RULE_LOCAL || local == Abi.ODD_LOCAL || local == Abi.RESULT_LOCAL
                        ? Opcodes.ILOAD
                        : Opcodes.ALOAD,
                local);
        return this;
    }

    Code constant(final int value) {
        if (value >= -1 && value <= 5) {
            mv.visitInsn(Opcodes.ICONST_0 + value);
        } else if (value == (byte) value) {
            mv.visitIntInsn(Opcodes.BIPUSH, value);
        } else if (value == (short) value) {
            mv.visitIntInsn(Opcodes.SIPUSH, value);
        } else {
            mv.visitLdcInsn(value);
        }
        return this;
    }

    Code constant(final long value) {
        if (value == 0 || value == 1) {
            mv.visitInsn(Opcodes.LCONST_0 + (int) value);
        } else {
            mv.visitLdcInsn(value);
        }
        return this;
    }

    Code constant(final String value) {
        mv.visitLdcInsn(value);
        return this;
    }

    Code call(final String owner, final String name, final String descriptor) {
        mv.visitMethodInsn(Opcodes.INVOKEVIRTUAL, owner, name, descriptor, false);
        return this;
    }

    Code callInterface(final String owner, final String name, final String descriptor) {
        mv.visitMethodInsn(Opcodes.INVOKEINTERFACE, owner, name, descriptor, true);
        return this;
    }

    Code callStatic(final String owner, final String name, final String descriptor) {
        mv.visitMethodInsn(Opcodes.INVOKESTATIC, owner, name, descriptor, false);
        return this;
    }

    /** Pushes what a getter of the packet without arguments returns. */
    Code packet(final String getter, final String type) {
        return load(Abi.PACKET_LOCAL).call(Abi.PACKET, getter, "()" + type);
    }

    Code packetInt(final String getter) {
        return packet(getter, "I");
    }

    Code returns(final int value) {
        return constant(value).op(Opcodes.IRETURN);
    }

    /** A test emits jumps to the label it is given unless it holds; inverted, where it holds. */
    Code test(final boolean inverted, final Label miss, final Consumer<Label> test) {
        if (!inverted) {
            test.accept(miss);
            return this;
        }
        final Label fails = new Label();
        test.accept(fails);
        jump(Opcodes.GOTO, miss);
        return place(fails);
    }

    /** Jumps unless the int that {@code push} pushes is {@code value} under {@code mask}. */
    Code equal(final Runnable push, final int mask, final int value, final Label miss) {
        push.run();
        if (mask != -1) {
            constant(mask).op(Opcodes.IAND);
        }
        return value == 0 ? jump(Opcodes.IFNE, miss) : constant(value).jump(Opcodes.IF_ICMPNE, miss);
    }

    /** Jumps unless the signed int that {@code push} pushes lies in the range; bounds it cannot pass are left out. */
    Code between(final Runnable push, final int low, final int high, final int max, final Label miss) {
        if (low == high) {
            return equal(push, -1, low, miss);
        }
        if (low > 0) {
            push.run();
            constant(low).jump(Opcodes.IF_ICMPLT, miss);
        }
        if (high < max) {
            push.run();
            constant(high).jump(Opcodes.IF_ICMPGT, miss);
        }
        return this;
    }

    /** Jumps unless the long that {@code push} pushes is {@code value} under {@code mask}. */
    Code equal(final Runnable push, final long mask, final long value, final Label miss) {
        if (mask == 0) {
            return value == 0 ? this : jump(Opcodes.GOTO, miss);
        }
        push.run();
        if (mask != -1L) {
            constant(mask).op(Opcodes.LAND);
        }
        return constant(value).op(Opcodes.LCMP).jump(Opcodes.IFNE, miss);
    }
}
