// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * Files of a folder that belong together: all are written beside their places before the first is moved there. A full
 * disk leaves what was there, whole. NOT thread safe.
 */
final class StagedFiles implements AutoCloseable {
    private final Path folder;
    private final List<Path> written = new ArrayList<>();

    StagedFiles(final Path folder) {
        this.folder = folder;
    }

    private Path beside(final Path file) {
        return file.resolveSibling("." + file.getFileName() + ".new");
    }

    /** Writes a file beside its place. @param program whether it may be run */
    void write(final String name, final byte[] bytes, final boolean program) throws IOException {
        final Path file = folder.resolve(name);
        written.add(file);
        Files.write(beside(file), bytes);
        if (program && Files.getFileStore(beside(file)).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(beside(file), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    /** Takes old files away, then puts the new ones in their places, in the order they were written. */
    void finish(final List<String> old) throws IOException {
        for (final String name : old) {
            Files.deleteIfExists(folder.resolve(name));
        }
        while (!written.isEmpty()) {
            final Path file = written.get(0);
            Files.move(beside(file), file, StandardCopyOption.REPLACE_EXISTING);
            written.remove(0);
        }
    }

    /** Takes away what was not finished. */
    @Override
    public void close() throws IOException {
        for (final Path file : written) {
            Files.deleteIfExists(beside(file));
        }
    }
}
