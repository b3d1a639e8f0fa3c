// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide;

import io.nfl.lang.Source;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Policies on disk that are not open, but import what is: an open text is a part of them. They are looked for below the
 * editor's folders, or else beside what is open.
 */
final class Neighbours {
    private static final String ENDING = ".nfl";
    private static final Pattern IMPORT = Pattern.compile("\\bimport\\s+\"([^\"\\n]+)\"");
    private static final Set<String> NO_SOURCES = Set.of("node_modules", "target");

    /** Somebody may have opened the whole disk. */
    private static final int MOST_VISITED = 20_000;

    private volatile List<Path> folders = List.of();
    private volatile boolean changed = true;

    /** Texts by name, and the folders that they were looked for in. Touched by the compiling thread alone. */
    private Map<String, String> texts = Map.of();

    private Set<Path> looked = Set.of();

    /** @param wanted the editor's folders; none: those of the open texts, without what is below */
    void lookIn(final List<Path> wanted) {
        folders = List.copyOf(wanted);
        changed = true;
    }

    /** Something on disk may have changed. */
    void lookAgain() {
        changed = true;
    }

    /** The policies that import one of the open texts, directly or not, and are imported by none of them. */
    List<Source> importing(final List<Source> open) {
        look(open);
        if (texts.isEmpty()) {
            return List.of();
        }
        final Map<String, Set<String>> imports = new TreeMap<>();
        texts.forEach((name, text) -> imports.put(name, imports(name, text)));
        open.forEach(each -> imports.put(each.name(), imports(each.name(), each.text())));
        final Set<String> names = new HashSet<>();
        open.forEach(each -> names.add(each.name()));
        final Set<String> found = new TreeSet<>();
        texts.keySet().stream()
                .filter(each -> !names.contains(each) && reaches(each, names, imports))
                .forEach(found::add);
        final Set<String> first = new TreeSet<>(found);
        found.forEach(each -> first.removeAll(imports.getOrDefault(each, Set.of())));
        // Files that import each other: none is the first.
        return (first.isEmpty() ? found : first)
                .stream()
                        .map(each -> new Source(each, texts.getOrDefault(each, "")))
                        .toList();
    }

    private static boolean reaches(final String from, final Set<String> names, final Map<String, Set<String>> imports) {
        final Set<String> seen = new HashSet<>();
        final Deque<String> next = new ArrayDeque<>(List.of(from));
        while (!next.isEmpty()) {
            final String each = next.pop();
            if (names.contains(each)) {
                return true;
            }
            if (seen.add(each)) {
                next.addAll(imports.getOrDefault(each, Set.of()));
            }
        }
        return false;
    }

    /** The names of what a text imports, as its words alone tell: a comment may say so too, and does no harm. */
    private static Set<String> imports(final String name, final String text) {
        final Set<String> names = new HashSet<>();
        final Matcher matcher = IMPORT.matcher(text);
        while (matcher.find()) {
            try {
                names.add(Path.of(name)
                        .resolveSibling(matcher.group(1))
                        .normalize()
                        .toString());
            } catch (final InvalidPathException e) {
                // No file is called so.
                continue;
            }
        }
        return names;
    }

    private void look(final List<Source> open) {
        final Set<Path> wanted = new TreeSet<>(folders);
        if (wanted.isEmpty()) {
            open.forEach(each -> parent(each.name(), wanted));
        }
        if (changed || !wanted.equals(looked)) {
            changed = false;
            looked = wanted;
            final Map<String, String> found = new TreeMap<>();
            final int depth = folders.isEmpty() ? 1 : Integer.MAX_VALUE;
            wanted.forEach(each -> new Walk(found).below(each, depth));
            texts = found;
        }
    }

    private static void parent(final String name, final Set<Path> parents) {
        try {
            final Path parent = Path.of(name).getParent();
            if (parent != null && parent.isAbsolute()) {
                parents.add(parent);
            }
        } catch (final InvalidPathException e) {
            // A text of no file has no folder.
            return;
        }
    }

    /** Reads the texts below a folder that import something. What cannot be read is not there. */
    private static final class Walk extends SimpleFileVisitor<Path> {
        private final Map<String, String> found;
        private int visited;

        private Walk(final Map<String, String> found) {
            this.found = found;
        }

        private void below(final Path folder, final int depth) {
            try {
                Files.walkFileTree(folder, Set.of(), depth, this);
            } catch (final IOException e) {
                System.err.println("nfl lsp: " + folder + " cannot be read: " + e);
            }
        }

        @Override
        public FileVisitResult preVisitDirectory(final Path folder, final BasicFileAttributes attributes) {
            final Path name = folder.getFileName();
            final String text = name == null ? "" : name.toString();
            return visited > 0 && (text.startsWith(".") || NO_SOURCES.contains(text))
                    ? FileVisitResult.SKIP_SUBTREE
                    : next();
        }

        @Override
        public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && file.toString().endsWith(ENDING)) {
                try {
                    final String text = Files.readString(file);
                    if (IMPORT.matcher(text).find()) {
                        found.put(file.normalize().toString(), text);
                    }
                } catch (final IOException e) {
                    // Not text, or gone in the meantime: then it imports nothing.
                    return next();
                }
            }
            return next();
        }

        @Override
        public FileVisitResult visitFileFailed(final Path file, final IOException e) {
            return next();
        }

        private FileVisitResult next() {
            return ++visited > MOST_VISITED ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
        }
    }
}
