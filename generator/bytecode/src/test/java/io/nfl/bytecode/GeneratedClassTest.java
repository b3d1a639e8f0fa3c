// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.api.net.Family;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.util.CheckClassAdapter;
import org.objectweb.asm.util.TraceClassVisitor;

/** What may be said of every generated class. {@code target/asm} has them as text. */
class GeneratedClassTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void isValidAndKeepsToItsLimits(long seed) throws Exception {
        final var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        final var ruleset = new RandomRules(new RandomField(random, Family.values()[(int) (seed % 2)])).ruleset();
        final byte[] classFile = ClassifierCompiler.compile(ruleset, "io/nfl/engine/load/Random" + seed)
                .classFile();

        final StringWriter complaints = new StringWriter();
        CheckClassAdapter.verify(
                new ClassReader(classFile), getClass().getClassLoader(), false, new PrintWriter(complaints));
        assertThat(complaints.toString()).isEmpty();

        final Path dump = Files.createDirectories(Path.of("target", "asm")).resolve("Random" + seed + ".txt");
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(dump))) {
            new ClassReader(classFile).accept(new TraceClassVisitor(out), 0);
        }

        final Facts facts = new Facts();
        new ClassReader(classFile).accept(facts, 0);
        assertThat(facts.largestMethod).isLessThan(7_100);
        assertThat(facts.source).isEqualTo("random.nfl");
        assertThat(facts.owners)
                .allMatch(owner -> owner.startsWith("io/nfl/api/")
                        || owner.startsWith("java/lang/")
                        || owner.equals("io/nfl/engine/load/Random" + seed));
    }

    /** Reads a class again, and measures its methods by writing them. */
    private static final class Facts extends ClassVisitor {
        int largestMethod;
        String source = "";
        final Set<String> owners = new TreeSet<>();

        Facts() {
            super(Opcodes.ASM9);
        }

        @Override
        public void visitSource(String file, String debug) {
            source = file;
        }

        @Override
        public MethodVisitor visitMethod(int access, String name, String type, String signature, String[] thrown) {
            final ClassWriter scratch = new ClassWriter(0);
            scratch.visit(Opcodes.V17, Opcodes.ACC_SUPER, "x/Y", null, "java/lang/Object", null);
            final MethodVisitor again = scratch.visitMethod(access, name, type, signature, thrown);
            return new MethodVisitor(Opcodes.ASM9, again) {
                @Override
                public void visitMethodInsn(int opcode, String owner, String method, String descriptor, boolean itf) {
                    owners.add(owner);
                    super.visitMethodInsn(opcode, owner, method, descriptor, itf);
                }

                @Override
                public void visitMaxs(int stack, int locals) {
                    final Label end = new Label();
                    super.visitLabel(end);
                    largestMethod = Math.max(largestMethod, end.getOffset());
                    super.visitMaxs(stack, locals);
                }
            };
        }
    }
}
