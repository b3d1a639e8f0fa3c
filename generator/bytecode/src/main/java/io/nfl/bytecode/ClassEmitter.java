// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.api.classify.RuleLayout.ChainLayout;
import io.nfl.api.net.Hook;
import io.nfl.api.net.Table;
import io.nfl.api.net.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Writes a {@link ClassPlan} as a class file: one method for each chain, or for each part of a long one. */
final class ClassEmitter {
    /** Cases of one dispatch method; each takes some 16 bytes. */
    private static final int MAX_CASES = 400;
    /** Calls of one method; each takes some 27 bytes. */
    private static final int MAX_CALLS = 200;

    private final ClassPlan plan;
    private final String owner;
    private final ClassWriter classWriter = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    private final Map<Table, ChainNames> names = new EnumMap<>(Table.class);
    private final List<String> methods = new ArrayList<>();

    private ClassEmitter(final ClassPlan plan, final String owner) {
        this.plan = plan;
        this.owner = owner;
    }

    /** @param internalName of the class, with slashes */
    static byte[] emit(final ClassPlan plan, final String internalName) {
        return new ClassEmitter(plan, internalName).emit();
    }

    private byte[] emit() {
        classWriter.visit(
                Opcodes.V17,
                Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL | Opcodes.ACC_SUPER,
                owner,
                null,
                Abi.CLASSIFIER,
                null);
        if (!plan.sourceFile().isEmpty()) {
            classWriter.visitSource(plan.sourceFile(), null);
        }
        fields();
        constructor();
        for (final ChainPlan chain : plan.chains()) {
            final ChainLayout layout = chain.layout();
            final String method = ChainNames.of(layout.table().label(), layout.name(), methods.size());
            methods.add(method);
            names.computeIfAbsent(layout.table(), t -> new ChainNames()).add(layout.name(), method);
        }
        classify();
        for (int i = 0; i < methods.size(); i++) {
            chain(plan.chains().get(i), methods.get(i));
        }
        classWriter.visitEnd();
        return classWriter.toByteArray();
    }

    private void fields() {
        final int access = Opcodes.ACC_PRIVATE | Opcodes.ACC_FINAL;
        classWriter
                .visitField(access, Abi.PARAMETERS, Abi.PARAMETERS_TYPE, null, null)
                .visitEnd();
        classWriter.visitField(access, Abi.RULE_PARAMETERS, "[I", null, null).visitEnd();
        classWriter
                .visitField(access, Abi.INDEXES, Abi.INDEXES_TYPE, null, null)
                .visitEnd();
    }

    private void constructor() {
        final MethodVisitor mv = classWriter.visitMethod(Opcodes.ACC_PUBLIC, "<init>", Abi.CONSTRUCTOR, null, null);
        final Code code = new Code(mv);
        mv.visitCode();
        code.load(Abi.SELF_LOCAL);
        constant(code, "layout", "Lio/nfl/api/classify/RuleLayout;");
        constant(code, "tables", "Ljava/util/Set;");
        constant(code, "requirements", "Lio/nfl/api/classify/Classifier$Requirements;");
        constant(code, "states", "Ljava/util/List;");
        mv.visitMethodInsn(Opcodes.INVOKESPECIAL, Abi.CLASSIFIER, "<init>", Abi.SUPER_CONSTRUCTOR, false);
        field(code, Abi.PARAMETERS, "parameterArray", Abi.PARAMETERS_TYPE);
        field(code, Abi.RULE_PARAMETERS, "ruleParameters", "[I");
        field(code, Abi.INDEXES, "indexArray", Abi.INDEXES_TYPE);
        mv.visitInsn(Opcodes.RETURN);
        mv.visitMaxs(0, 0);
        mv.visitEnd();
    }

    private static void constant(final Code code, final String getter, final String type) {
        code.mv.visitVarInsn(Opcodes.ALOAD, 1);
        code.call(Abi.CONSTANTS, getter, "()" + type);
    }

    private void field(final Code code, final String name, final String getter, final String type) {
        code.load(Abi.SELF_LOCAL);
        constant(code, getter, type);
        code.mv.visitFieldInsn(Opcodes.PUTFIELD, owner, name, type);
    }

    /** {@code classify(table, hook, packet, targets)}: a switch over table and hook. */
    private void classify() {
        final MethodVisitor mv = classWriter.visitMethod(Opcodes.ACC_PUBLIC, "classify", Abi.CLASSIFY, null, null);
        mv.visitCode();
        mv.visitVarInsn(Opcodes.ALOAD, 1);
        mv.visitMethodInsn(Opcodes.INVOKEVIRTUAL, "io/nfl/api/net/Table", "ordinal", "()I", false);
        final int hooks = Hook.values().length;
        final Code code = new Code(mv).constant(hooks).op(Opcodes.IMUL);
        mv.visitVarInsn(Opcodes.ALOAD, 2);
        mv.visitMethodInsn(Opcodes.INVOKEVIRTUAL, "io/nfl/api/net/Hook", "ordinal", "()I", false);
        code.op(Opcodes.IADD);
        final Label none = new Label();
        final Label[] cases = new Label[hooks * Table.values().length];
        Arrays.fill(cases, none);
        for (final ChainPlan chain : plan.chains()) {
            chain.layout()
                    .hook()
                    .ifPresent(hook -> cases[chain.layout().table().ordinal() * hooks + hook.ordinal()] = new Label());
        }
        mv.visitTableSwitchInsn(0, cases.length - 1, none, cases);
        for (int i = 0; i < methods.size(); i++) {
            final ChainLayout layout = plan.chains().get(i).layout();
            if (layout.hook().isPresent()) {
                code.place(cases[
                        layout.table().ordinal() * hooks + layout.hook().get().ordinal()]);
                code.load(Abi.SELF_LOCAL);
                mv.visitVarInsn(Opcodes.ALOAD, 3);
                mv.visitVarInsn(Opcodes.ALOAD, 4);
                mv.visitMethodInsn(Opcodes.INVOKESPECIAL, owner, methods.get(i), Abi.CHAIN, false);
                code.op(Opcodes.IRETURN);
            }
        }
        code.place(none);
        mv.visitTypeInsn(Opcodes.NEW, "java/lang/IllegalArgumentException");
        code.op(Opcodes.DUP).constant("no chain at this hook");
        mv.visitMethodInsn(
                Opcodes.INVOKESPECIAL, "java/lang/IllegalArgumentException", "<init>", "(Ljava/lang/String;)V", false);
        code.op(Opcodes.ATHROW);
        mv.visitMaxs(0, 0);
        mv.visitEnd();
    }

    private void chain(final ChainPlan chain, final String method) {
        final List<String> parts = new ArrayList<>();
        if (chain instanceof ChainPlan.Straight straight) {
            straight(straight, method, parts);
        } else if (chain instanceof ChainPlan.Indexed indexed) {
            indexed(indexed, method);
            parts.add(method + "$walk");
        }
        walk(chain.layout(), method, grouped(method, parts));
    }

    /** So many parts that the chain's own method calls them all: those of very long chains go through groups. */
    private List<String> grouped(final String method, final List<String> parts) {
        List<String> calls = parts;
        for (int level = 0; calls.size() > MAX_CALLS; level++) {
            final List<String> groups = new ArrayList<>();
            for (int first = 0; first < calls.size(); first += MAX_CALLS) {
                final String name = method + "$group" + level + "$" + groups.size();
                final List<String> group = calls.subList(first, Math.min(calls.size(), first + MAX_CALLS));
                rules(name, code -> group.forEach(part -> callPart(code, part)));
                groups.add(name);
            }
            calls = groups;
        }
        return calls;
    }

    private void callPart(final Code code, final String part) {
        code.load(Abi.SELF_LOCAL).load(Abi.PACKET_LOCAL).load(Abi.TARGETS_LOCAL);
        code.constant(0).constant(0);
        code.mv.visitMethodInsn(Opcodes.INVOKESPECIAL, owner, part, Abi.RULES, false);
        code.mv.visitVarInsn(Opcodes.ISTORE, Abi.RESULT_LOCAL);
        final Label next = new Label();
        code.load(Abi.RESULT_LOCAL).jump(Opcodes.IFLT, next);
        code.load(Abi.RESULT_LOCAL).op(Opcodes.IRETURN).place(next);
    }

    /** The parts one after the other, then the tail: policy, or return. */
    private void walk(final ChainLayout layout, final String method, final List<String> parts) {
        final MethodVisitor mv = classWriter.visitMethod(Opcodes.ACC_PRIVATE, method, Abi.CHAIN, null, null);
        mv.visitCode();
        final Code code = new Code(mv);
        code.op(Opcodes.ICONST_0);
        mv.visitVarInsn(Opcodes.ISTORE, Abi.RULE_LOCAL);
        mv.visitFrame(Opcodes.F_APPEND, 1, new Object[] {Opcodes.INTEGER}, 0, null);
        code.op(Opcodes.NOP);
        final Label tail = new Label();
        for (final String part : parts) {
            code.load(Abi.SELF_LOCAL).load(Abi.PACKET_LOCAL).load(Abi.TARGETS_LOCAL);
            code.constant(0).constant(0);
            mv.visitMethodInsn(Opcodes.INVOKESPECIAL, owner, part, Abi.RULES, false);
            mv.visitVarInsn(Opcodes.ISTORE, Abi.RULE_LOCAL);
            final Label next = new Label();
            code.load(Abi.RULE_LOCAL).jump(Opcodes.IFLT, next);
            if (layout.hook().isPresent()) {
                code.load(Abi.RULE_LOCAL).jump(Opcodes.IFEQ, tail);
            }
            code.load(Abi.RULE_LOCAL).op(Opcodes.IRETURN).place(next);
        }
        code.place(tail).load(Abi.SELF_LOCAL).constant(layout.tail()).load(Abi.PACKET_LOCAL);
        code.call(owner, "count", "(IL" + Abi.PACKET + ";)V");
        final int policy = layout.policyAccepts() ? Verdict.ACCEPT : Verdict.DROP;
        code.returns(layout.hook().isPresent() ? policy : Verdict.CONTINUE);
        mv.visitMaxs(0, 0);
        mv.visitEnd();
    }

    /** Rules in their order, cut into methods before one grows too large. */
    private void straight(final ChainPlan.Straight chain, final String method, final List<String> parts) {
        List<RulePlan> part = new ArrayList<>();
        int bytes = 0;
        for (final RulePlan rule : chain.rules()) {
            final int size = size(code -> emitter(code, chain).rule(rule, false));
            if (!part.isEmpty() && bytes + size > Abi.MAX_METHOD_BYTES) {
                part(chain, part, method, parts);
                part = new ArrayList<>();
                bytes = 0;
            }
            part.add(rule);
            bytes += size;
        }
        if (!part.isEmpty()) {
            part(chain, part, method, parts);
        }
    }

    private void part(
            final ChainPlan chain, final List<RulePlan> rules, final String method, final List<String> parts) {
        final String name = method + "$" + parts.size();
        parts.add(name);
        rules(name, code -> rules.forEach(rule -> emitter(code, chain).rule(rule, false)));
    }

    private RuleEmitter emitter(final Code code, final ChainPlan chain) {
        return new RuleEmitter(
                code, plan.family(), owner, names.getOrDefault(chain.layout().table(), new ChainNames()));
    }

    private void rules(final String name, final Consumer<Code> body) {
        final MethodVisitor mv = classWriter.visitMethod(Opcodes.ACC_PRIVATE, name, Abi.RULES, null, null);
        mv.visitCode();
        final Code code = new Code(mv).beginRules();
        body.accept(code);
        code.returns(Abi.NEXT);
        mv.visitMaxs(0, 0);
        mv.visitEnd();
    }

    /** Bytes of the instructions, measured by writing them: an estimate would break the limit some day. */
    private int size(final Consumer<Code> body) {
        final ClassWriter scratch = new ClassWriter(0);
        scratch.visit(Opcodes.V17, Opcodes.ACC_SUPER, owner, null, Abi.CLASSIFIER, null);
        final MethodVisitor mv = scratch.visitMethod(Opcodes.ACC_PRIVATE, "size", Abi.RULES, null, null);
        mv.visitCode();
        final Code code = new Code(mv).beginRules();
        body.accept(code);
        final Label end = new Label();
        mv.visitLabel(end);
        code.returns(Abi.NEXT);
        return end.getOffset();
    }

    /** {@code for (r = index.next(0); r >= 0; r = index.next(r + 1))}: the kind's method tests the rest. */
    private void indexed(final ChainPlan.Indexed chain, final String method) {
        for (int kind = 0; kind < chain.kinds().size(); kind++) {
            final RulePlan rule = chain.kinds().get(kind);
            rules(method + "$kind" + kind, code -> emitter(code, chain).rule(rule, true));
        }
        dispatch(chain, method);
        final MethodVisitor mv = classWriter.visitMethod(Opcodes.ACC_PRIVATE, method + "$walk", Abi.RULES, null, null);
        mv.visitCode();
        final Code code = new Code(mv);
        code.load(Abi.PACKET_LOCAL).callStatic(Abi.RULE_INDEX, "isOdd", "(L" + Abi.PACKET + ";)Z");
        mv.visitVarInsn(Opcodes.ISTORE, Abi.ODD_LOCAL);
        code.beginRules();
        final Label loop = new Label();
        final Label found = new Label();
        final Label next = new Label();
        code.place(loop);
        pushIndex(code, chain);
        code.load(Abi.PACKET_LOCAL).load(Abi.RULE_LOCAL).load(Abi.ODD_LOCAL);
        code.call(Abi.RULE_INDEX, "next", "(L" + Abi.PACKET + ";IZ)I");
        mv.visitVarInsn(Opcodes.ISTORE, Abi.RULE_LOCAL);
        code.load(Abi.RULE_LOCAL).jump(Opcodes.IFGE, found).returns(Abi.NEXT).place(found);
        code.load(Abi.SELF_LOCAL).load(Abi.PACKET_LOCAL).load(Abi.TARGETS_LOCAL);
        code.load(Abi.RULE_LOCAL).load(Abi.ODD_LOCAL);
        mv.visitMethodInsn(Opcodes.INVOKESPECIAL, owner, method + "$dispatch", Abi.RULES, false);
        mv.visitVarInsn(Opcodes.ISTORE, Abi.RESULT_LOCAL);
        code.load(Abi.RESULT_LOCAL).jump(Opcodes.IFLT, next);
        code.load(Abi.RESULT_LOCAL).op(Opcodes.IRETURN).place(next);
        mv.visitIincInsn(Abi.RULE_LOCAL, 1);
        code.jump(Opcodes.GOTO, loop);
        mv.visitMaxs(0, 0);
        mv.visitEnd();
    }

    private void pushIndex(final Code code, final ChainPlan.Indexed chain) {
        code.load(Abi.SELF_LOCAL);
        code.mv.visitFieldInsn(Opcodes.GETFIELD, owner, Abi.INDEXES, Abi.INDEXES_TYPE);
        code.constant(chain.index()).op(Opcodes.AALOAD);
    }

    /** From the rule's kind to its method; more kinds than one switch takes go on in the next method. */
    private void dispatch(final ChainPlan.Indexed chain, final String method) {
        for (int first = 0; first < chain.kinds().size(); first += MAX_CASES) {
            final int last = Math.min(chain.kinds().size(), first + MAX_CASES) - 1;
            final boolean more = last + 1 < chain.kinds().size();
            final String name = method + "$dispatch" + (first == 0 ? "" : Integer.toString(first));
            final MethodVisitor mv = classWriter.visitMethod(Opcodes.ACC_PRIVATE, name, Abi.RULES, null, null);
            mv.visitCode();
            final Code code = new Code(mv);
            pushIndex(code, chain);
            code.load(Abi.RULE_LOCAL).call(Abi.RULE_INDEX, "kind", "(I)I");
            final Label other = new Label();
            final Label[] cases = new Label[last - first + 1];
            Arrays.setAll(cases, i -> new Label());
            mv.visitTableSwitchInsn(first, last, other, cases);
            for (int i = 0; i < cases.length; i++) {
                code.place(cases[i]);
                callKind(code, chain, method + "$kind" + (first + i), true);
            }
            code.place(other);
            if (more) {
                callKind(code, chain, method + "$dispatch" + (last + 1), false);
            } else {
                code.returns(Abi.NEXT);
            }
            mv.visitMaxs(0, 0);
            mv.visitEnd();
        }
    }

    /** @param numbered whether the callee wants the rule's number in the layout, not its index in the chain */
    private void callKind(final Code code, final ChainPlan.Indexed chain, final String callee, final boolean numbered) {
        code.load(Abi.SELF_LOCAL).load(Abi.PACKET_LOCAL).load(Abi.TARGETS_LOCAL).load(Abi.RULE_LOCAL);
        if (numbered) {
            code.constant(chain.layout().firstRule()).op(Opcodes.IADD);
        }
        code.load(Abi.ODD_LOCAL);
        code.mv.visitMethodInsn(Opcodes.INVOKESPECIAL, owner, callee, Abi.RULES, false);
        code.op(Opcodes.IRETURN);
    }
}
