// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.nfl.iptables.Scripts;
import io.nfl.lang.Source;
import io.nfl.lang.SourceFinder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Sample policies with words taken out, put in and exchanged: each is compiled or refused, none is too much. */
class MutatedPoliciesTest {
    private static final int ROUNDS = 600;
    private static final String[] NUMBERS = {"0", "1", "255", "256", "65536", "99999999999"};

    @Test
    void anyMutationIsCompiledOrRefused() throws IOException {
        final long seed = Long.getLong("nfl.seed", 20261121);
        final Random random = new Random(seed);
        final List<String> texts = samples();
        for (int round = 0; round < ROUNDS; round++) {
            final String text = mutated(texts.get(random.nextInt(texts.size())), random);
            assertThatCode(() -> NflCompiler.compile(new Source("mutated.nfl", text), SourceFinder.NONE)
                            .policy()
                            .ifPresent(policy -> Scripts.of(policy, true)))
                    .as("-Dnfl.seed=%d, round %d:%n%s", seed, round, text)
                    .doesNotThrowAnyException();
        }
    }

    private static String mutated(final String text, final Random random) {
        final List<String> words = new ArrayList<>(List.of(text.split("(?<=\\s)")));
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
            final int at = random.nextInt(words.size());
            final String other = words.get(random.nextInt(words.size()));
            switch (random.nextInt(4)) {
                case 0 -> words.remove(at);
                case 1 -> words.set(at, other);
                case 2 -> words.add(at, other);
                default -> words.set(at, words.get(at).replaceAll("[0-9]+", NUMBERS[random.nextInt(NUMBERS.length)]));
            }
        }
        return String.join("", words);
    }

    private static List<String> samples() throws IOException {
        final Path samples = Path.of(Objects.requireNonNull(System.getProperty("nfl.root")), "samples");
        final List<String> texts = new ArrayList<>();
        try (Stream<Path> each = Files.list(samples)) {
            for (final Path sample : each.sorted().toList()) {
                if (Files.exists(sample.resolve("policy.nfl"))) {
                    texts.add(Files.readString(sample.resolve("policy.nfl")));
                }
            }
        }
        return texts;
    }
}
