// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.lang.Source;
import io.nfl.lang.SourceFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What is offered at a cursor, by the lines of completion.txt. */
class CompletionTest {
    private static final String NAMES = "interface wan = eth0 zone lan = wan address web = 10.0.0.1 "
            + "chain guard { return } mark slow = 1 service dns = udp 53 set knocked : address ";

    @TestFactory
    Stream<DynamicTest> aPlaceOffersWhatItAdmits() throws Exception {
        return Files.readAllLines(Path.of("src/test/resources/io/nfl/ide/completion.txt")).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> DynamicTest.dynamicTest(line, () -> check(line.split("=>", -1))));
    }

    @Test
    void noBeginningOfAPolicyMakesItFail() {
        final String text = NAMES + "nat postrouting { masquerade out wan from 10.0.0.0/8 } # end\n"
                + "filter input policy drop { accept tcp dport 22 in lan limit 3/minute \"a\\\"b }";
        for (int end = 0; end <= text.length(); end++) {
            final Source policy = new Source("p.nfl", text.substring(0, end));
            assertThat(Completion.at(policy, end, Analysis.of(policy, SourceFinder.NONE)))
                    .doesNotContainNull();
        }
    }

    private static void check(final String... sides) {
        final String marked = NAMES + sides[0].strip();
        final int cursor = marked.indexOf('|');
        final Source policy = new Source("p.nfl", marked.substring(0, cursor) + marked.substring(cursor + 1));
        final List<String> offered = Completion.at(policy, cursor, Analysis.of(policy, SourceFinder.NONE)).stream()
                .map(Completion.Offer::text)
                .toList();
        Arrays.stream(sides[1].strip().split(" ", -1)).forEach(word -> {
            if (word.startsWith("!")) {
                assertThat(offered).doesNotContain(word.substring(1));
            } else if (!word.equals("nothing")) {
                assertThat(offered).contains(word);
            } else {
                assertThat(offered).isEmpty();
            }
        });
    }
}
