// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide;

import io.nfl.lang.Source;
import io.nfl.lang.SourceFinder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The texts that the editor has open, by the name that spans say: the path of a file, else the whole URI. An open text
 * stands for its file, so a policy sees an unsaved import. Any thread may ask and change it.
 */
final class OpenTexts {
    private record Text(String uri, String text) {}

    private final Map<String, Text> open = new TreeMap<>();

    synchronized void put(final String uri, final String text) {
        open.put(name(uri), new Text(uri, text));
    }

    synchronized void remove(final String uri) {
        open.remove(name(uri));
    }

    /** The open texts, in the order of their names. */
    synchronized List<Source> all() {
        return open.entrySet().stream()
                .map(each -> new Source(each.getKey(), each.getValue().text()))
                .toList();
    }

    synchronized Optional<Source> find(final String name) {
        return Optional.ofNullable(open.get(name)).map(each -> new Source(name, each.text()));
    }

    /** The URI as the editor wrote it; of a file that it has not open, the path's own. */
    synchronized String uri(final String name) {
        final Text text = open.get(name);
        if (text != null) {
            return text.uri();
        }
        return Path.of(name).toAbsolutePath().toUri().toString();
    }

    /** Finds imports beside the importing text, open ones first. */
    SourceFinder finder() {
        return (importing, path) -> {
            try {
                final Path file = Path.of(importing.name()).resolveSibling(path).normalize();
                final Optional<Source> opened = find(file.toString());
                if (opened.isPresent() || !Files.isRegularFile(file)) {
                    return opened;
                }
                return Optional.of(new Source(file.toString(), Files.readString(file)));
            } catch (final IOException | InvalidPathException e) {
                return Optional.empty();
            }
        };
    }

    static String name(final String uri) {
        try {
            final URI parsed = URI.create(uri);
            return "file".equals(parsed.getScheme())
                    ? Path.of(parsed).normalize().toString()
                    : uri;
        } catch (final IllegalArgumentException | FileSystemNotFoundException e) {
            return uri;
        }
    }
}
