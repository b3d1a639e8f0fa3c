// SPDX-License-Identifier: Apache-2.0
package io.nfl.benchmarks;

import io.nfl.api.classify.Classifier;
import io.nfl.api.classify.Targets;
import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.Table;
import io.nfl.api.packet.PacketView;
import io.nfl.bytecode.ClassifierCompiler;
import io.nfl.engine.load.ClassifierLoader;
import io.nfl.engine.packet.Packet;
import io.nfl.eval.Evaluator;
import io.nfl.ir.Ruleset;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Packets per second of evaluator and bytecode on ClassBench sets: {@code ClassifierSpeed DIR SET[:RULES]…}, where DIR
 * has {@code SET.gz} and {@code SET_trace.gz}. One thread, packets drawn at random from the trace; the best of several
 * rounds is told, since whatever else the machine does only makes a round slower.
 */
public final class ClassifierSpeed {
    private static final int PACKETS = 1 << 16;
    private static final int ROUNDS = 15;
    private static final int EVALUATOR_WORK = 20_000_000;

    private ClassifierSpeed() {}

    public static void main(final String[] arguments) throws IOException {
        final Path directory = Path.of(arguments[0]);
        for (int i = 1; i < arguments.length; i++) {
            final String[] set = arguments[i].split(":", 2);
            final int most = set.length > 1 ? Integer.parseInt(set[1]) : Integer.MAX_VALUE;
            final Ruleset rules = ClassBench.rules(directory.resolve(set[0] + ".gz"), most);
            measure(arguments[i], rules, ClassBench.trace(directory.resolve(set[0] + "_trace.gz")));
        }
    }

    private static void measure(final String name, final Ruleset rules, final List<ClassBench.Header> trace) {
        final RandomGenerator random =
                RandomGeneratorFactory.of("L64X128MixRandom").create(1);
        final PacketView[] packets = new PacketView[PACKETS];
        for (int i = 0; i < PACKETS; i++) {
            packets[i] = packet(trace.get(random.nextInt(trace.size())));
        }
        final long begin = System.nanoTime();
        final var generated = ClassifierCompiler.compile(rules, ClassifierLoader.PACKAGE + "Rules");
        final Classifier bytecode =
                ClassifierLoader.hidden(generated.classFile()).newClassifier(generated.constants());
        final long built = System.nanoTime() - begin;
        final Evaluator evaluator = Evaluator.of(rules);
        bytecode.bind(List.of(), (rule, packet) -> {});
        evaluator.bind(List.of(), (rule, packet) -> {});
        final int few = Math.min(
                PACKETS, Math.max(200, EVALUATOR_WORK / bytecode.layout().size()));
        final double slow = nanoseconds(evaluator, packets, few);
        bytecode.zeroCounters();
        evaluator.zeroCounters();
        nanoseconds(evaluator, packets, few, 1);
        nanoseconds(bytecode, packets, few, 1);
        final boolean same = ClassBench.hits(evaluator) == ClassBench.hits(bytecode);
        final double fast = nanoseconds(bytecode, packets, PACKETS, 4 * ROUNDS);
        System.out.printf(
                Locale.ROOT,
                "%-14s %6d rules: evaluator %,12.0f packets/s, bytecode %,12.0f packets/s (%.1f ns), built in %d ms,"
                        + " class %d bytes, counters %s%n",
                name,
                bytecode.layout().size() - 3,
                1e9 / slow,
                1e9 / fast,
                fast,
                built / 1_000_000,
                generated.classFile().length,
                same ? "agree" : "DIFFER");
    }

    private static double nanoseconds(final Classifier classifier, final PacketView[] packets, final int count) {
        return nanoseconds(classifier, packets, count, ROUNDS);
    }

    private static double nanoseconds(
            final Classifier classifier, final PacketView[] packets, final int count, final int rounds) {
        final Targets none = (Targets) Proxy.newProxyInstance(
                Targets.class.getClassLoader(), new Class<?>[] {Targets.class}, (proxy, method, arguments) -> {
                    throw new UnsupportedOperationException(method.getName());
                });
        double best = Double.MAX_VALUE;
        for (int round = 0; round < rounds; round++) {
            final long begin = System.nanoTime();
            for (int i = 0; i < count; i++) {
                classifier.classify(Table.FILTER, Hook.FORWARD, packets[i], none);
            }
            best = Math.min(best, (System.nanoTime() - begin) / (double) count);
        }
        return best;
    }

    private static PacketView packet(final ClassBench.Header header) {
        final byte[] bytes = new byte[40];
        bytes[0] = 0x45;
        bytes[3] = 40;
        bytes[8] = 64;
        bytes[9] = (byte) header.protocol();
        put(bytes, 12, header.source());
        put(bytes, 16, header.destination());
        put(bytes, 20, header.sourcePort() << 16 | header.destinationPort());
        final Packet packet = new Packet(new NoRoutes());
        packet.set(Family.IPV4, bytes, bytes.length);
        return packet;
    }

    private static void put(final byte[] bytes, final int at, final int value) {
        for (int i = 0; i < 4; i++) {
            bytes[at + i] = (byte) (value >>> 24 - 8 * i);
        }
    }

    /** No rule of these sets asks for a route. */
    private static final class NoRoutes implements io.nfl.api.packet.RoutingView {
        @Override
        public int addressTypes(final long high, final long low, final String device) {
            throw new UnsupportedOperationException("addressTypes");
        }

        @Override
        public boolean reversePathHolds(
                final PacketView packet, final boolean loose, final boolean validMark, final boolean acceptLocal) {
            throw new UnsupportedOperationException("reversePathHolds");
        }
    }
}
