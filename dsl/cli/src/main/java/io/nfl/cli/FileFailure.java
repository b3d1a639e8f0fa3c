// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Why a file cannot be had, in words: a {@link FileSystemException} says the file again, and for much no reason. */
public final class FileFailure {
    private FileFailure() {}

    /** What stands behind {@code cannot be read: }. */
    public static String reason(final Exception failure) {
        if (failure instanceof UncheckedIOException && failure.getCause() instanceof IOException cause) {
            return reason(cause);
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied" + file(failure);
        }
        if (failure instanceof NoSuchFileException) {
            return "no such file" + file(failure);
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "there is a file already" + file(failure);
        }
        if (failure instanceof NotDirectoryException) {
            return "no folder" + file(failure);
        }
        if (failure instanceof FileSystemLoopException) {
            return "links lead in a circle" + file(failure);
        }
        return failure instanceof IOException || failure.getMessage() != null
                ? String.valueOf(failure.getMessage())
                : failure.toString();
    }

    private static String file(final Exception failure) {
        return failure instanceof FileSystemException system && system.getFile() != null
                ? " (" + system.getFile() + ")"
                : "";
    }
}
