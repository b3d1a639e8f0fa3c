// SPDX-License-Identifier: Apache-2.0
package io.nfl.ir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Users and groups whose numbers are the same on every Debian system ({@code accounts.tsv}). What packages and people
 * add has a number of the host's own choice, which the compiler cannot know.
 */
public final class AccountNames {
    private static final Map<String, Integer> USERS = read("user");
    private static final Map<String, Integer> GROUPS = read("group");

    private AccountNames() {}

    public static OptionalInt user(final String name) {
        return of(USERS, name);
    }

    public static OptionalInt group(final String name) {
        return of(GROUPS, name);
    }

    public static SortedSet<String> users() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(USERS.keySet()));
    }

    public static SortedSet<String> groups() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(GROUPS.keySet()));
    }

    private static OptionalInt of(final Map<String, Integer> accounts, final String name) {
        final Integer number = accounts.get(name);
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }

    private static Map<String, Integer> read(final String kind) {
        final Map<String, Integer> accounts = new TreeMap<>();
        try (InputStream stream = Objects.requireNonNull(AccountNames.class.getResourceAsStream("accounts.tsv"));
                BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                final String[] cells = line.split("\t", -1);
                if (cells[0].equals(kind)) {
                    accounts.put(cells[1], Integer.parseInt(cells[2]));
                }
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return accounts;
    }
}
