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
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;

/**
 * The texts that the editor has open, by the name that spans say: the path of a file, else the whole URI. An open text
 * stands for its file, so a policy sees an unsaved import. Any thread may ask and change it.
 */
final class OpenTexts {
    /** An open text. @param version the editor's number of it */
    private record Text(String uri, String text, int version) {}

    private final Map<String, Text> open = new TreeMap<>();

    synchronized void put(final String uri, final String text, final int version) {
        open.put(name(uri), new Text(uri, text, version));
    }

    /** Applies changes in their order; one without a range is the whole text. A text that is not open stays so. */
    synchronized void change(final String uri, final List<TextDocumentContentChangeEvent> changes, final int version) {
        final Text before = open.get(name(uri));
        if (before != null) {
            String text = before.text();
            for (final TextDocumentContentChangeEvent each : changes) {
                text = changed(text, each);
            }
            open.put(name(uri), new Text(uri, text, version));
        }
    }

    private static String changed(final String text, final TextDocumentContentChangeEvent change) {
        final Range range = change.getRange();
        if (range == null) {
            return change.getText();
        }
        final Positions positions = new Positions(text);
        final int begin = positions.offset(range.getStart());
        final int end = Math.max(begin, positions.offset(range.getEnd()));
        return text.substring(0, begin) + change.getText() + text.substring(end);
    }

    /** The editor's number of an open text. */
    synchronized Optional<Integer> version(final String name) {
        return Optional.ofNullable(open.get(name)).map(Text::version);
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
        return path(uri).map(Path::toString).orElse(uri);
    }

    /** The file that a URI means; empty for what is no file here. */
    static Optional<Path> path(final String uri) {
        try {
            final URI parsed = URI.create(uri);
            return "file".equals(parsed.getScheme())
                    ? Optional.of(Path.of(parsed).normalize())
                    : Optional.empty();
        } catch (final IllegalArgumentException | FileSystemNotFoundException e) {
            return Optional.empty();
        }
    }
}
