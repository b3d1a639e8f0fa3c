// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nfl.api.net.AddressMask;
import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.Prefix;
import io.nfl.api.net.Table;
import io.nfl.diag.Span;
import io.nfl.engine.load.ClassifierLoader;
import io.nfl.ir.Chain;
import io.nfl.ir.Invertible;
import io.nfl.ir.IpHeaderMatch;
import io.nfl.ir.Match;
import io.nfl.ir.Rule;
import io.nfl.ir.RuleOrigin;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import io.nfl.ir.Target;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
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

    /** Rules that no index tells apart: all but one address each, and a match of its own. */
    private static Ruleset oneByOne(int rules) {
        final List<Rule> list = new ArrayList<>();
        for (int i = 0; i < rules; i++) {
            final AddressMask address = AddressMask.of(Prefix.host(IpAddress.v4(0x0A00_0000 | i)));
            list.add(Rule.of(
                    RuleOrigin.of(Span.ofLine("long.nfl", i + 1)),
                    IpHeaderMatch.ANY.withSource(new Invertible<>(address, true)),
                    List.of(new Match.Length(i % 60_000, i % 60_000, false)),
                    new Target.Drop()));
        }
        return new Ruleset(
                Family.IPV4,
                List.of(new TableRules(
                        Table.FILTER,
                        List.of(
                                Chain.builtIn(Hook.INPUT, true, list),
                                Chain.builtIn(Hook.FORWARD, true, List.of()),
                                Chain.builtIn(Hook.OUTPUT, true, List.of())))));
    }

    @Test
    void thirtyThousandRulesThatMustBeAskedOneByOneFitIntoMethodsThatHotSpotCompiles() throws Exception {
        final var generated = ClassifierCompiler.compile(oneByOne(30_000), "io/nfl/engine/load/Long");
        final StringWriter complaints = new StringWriter();
        CheckClassAdapter.verify(
                new ClassReader(generated.classFile()),
                getClass().getClassLoader(),
                false,
                new PrintWriter(complaints));
        assertThat(complaints.toString()).isEmpty();
        final Facts facts = new Facts();
        new ClassReader(generated.classFile()).accept(facts, 0);
        assertThat(facts.largestMethod).isLessThan(7_100);
        ClassifierLoader.hidden(generated.classFile()).newClassifier(generated.constants());
    }

    @Test
    void rulesThatDoNotFitIntoOneClassAreRefusedWithTheLimit() {
        assertThatThrownBy(() -> ClassifierCompiler.compile(oneByOne(50_000), "io/nfl/engine/load/TooLong"))
                .isInstanceOf(ClassLimitException.class)
                .hasMessageMatching("the rules of IPV4 need \\d+ constants, a class has room for 65,535");
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
