// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class QuotingTest {
    /** What iptables-restore reads at a time (iptables/iptables-restore.c): the rest would be a line of its own. */
    private static final int READ_AT_ONCE = 10_240;

    @Test
    void aCommentLineIsNeverReadInTwo() {
        final String line = "# " + Quoting.comment("\u20ac".repeat(READ_AT_ONCE) + "-A INPUT -j ACCEPT") + "\n";

        assertThat(line.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(READ_AT_ONCE);
        assertThat(line).doesNotContain("ACCEPT");
    }

    @Test
    void aTextIsCutBetweenCharacters() {
        assertThat(Quoting.cut("abc", 3)).isEqualTo("abc");
        assertThat(Quoting.cut("abc\u00e9", 4)).isEqualTo("abc");
        assertThat(Quoting.cut("ab\ud83d\ude00", 5)).isEqualTo("ab");
        assertThat(Quoting.cut("ab\ud83d\ude00", 6)).isEqualTo("ab\ud83d\ude00");
    }
}
