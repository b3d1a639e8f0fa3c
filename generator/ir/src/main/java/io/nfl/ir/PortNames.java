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

/** Names of ports as Debian's services file has them, by protocol ({@code services.tsv}). */
public final class PortNames {
    private static final Map<String, Integer> PORTS = read();

    private PortNames() {}

    /** The port of the name for a protocol ({@code tcp}, {@code udp}, {@code sctp} …). */
    public static OptionalInt port(final String protocol, final String name) {
        final Integer port = PORTS.get(name + "/" + protocol);
        return port == null ? OptionalInt.empty() : OptionalInt.of(port);
    }

    /** All names of a protocol, sorted: what completion offers. */
    public static SortedSet<String> names(final String protocol) {
        final SortedSet<String> names = new TreeSet<>();
        for (final String key : PORTS.keySet()) {
            if (key.endsWith("/" + protocol)) {
                names.add(key.substring(0, key.length() - protocol.length() - 1));
            }
        }
        return Collections.unmodifiableSortedSet(names);
    }

    private static Map<String, Integer> read() {
        final Map<String, Integer> ports = new TreeMap<>();
        try (InputStream stream = Objects.requireNonNull(PortNames.class.getResourceAsStream("services.tsv"));
                BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    final String[] cells = line.split("\t", -1);
                    ports.put(cells[0] + "/" + cells[1], Integer.parseInt(cells[2]));
                }
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return ports;
    }
}
