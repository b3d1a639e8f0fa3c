// SPDX-License-Identifier: Apache-2.0
package io.nfl.diag;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a code means, read from {@code codes.tsv}: the one table for the command line, the editor and the manual.
 *
 * @param title one line, no full stop
 * @param why why netfilter works so
 */
public record Explanation(String title, String why) {
    private static final Map<String, Explanation> ALL = read();

    /** Absent only where the table has no row, which a test forbids. */
    public static Optional<Explanation> of(final Code code) {
        return Optional.ofNullable(ALL.get(code.id()));
    }

    /** The codes that the table explains. */
    static java.util.Set<String> codes() {
        return ALL.keySet();
    }

    private static Map<String, Explanation> read() {
        try (InputStream in = Explanation.class.getResourceAsStream("codes.tsv")) {
            if (in == null) {
                throw new IllegalStateException("codes.tsv is missing");
            }
            final Map<String, Explanation> all = new HashMap<>();
            for (final String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                if (!line.startsWith("#") && !line.startsWith("code\t")) {
                    final String[] cells = line.split("\t", -1);
                    all.put(cells[0], new Explanation(cells[1], cells[2]));
                }
            }
            return Map.copyOf(all);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
