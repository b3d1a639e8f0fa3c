// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.trace;

import io.nfl.compiler.trace.TracePicture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Collectors;

/** A trace as a picture. */
final class TraceDrawing {
    private TraceDrawing() {}

    static String render(final Conversation.Trace trace) {
        final TracePicture picture = new TracePicture(trace.rules(), trace.sources());
        for (final Conversation.Asked asked : trace.packets()) {
            if (trace.packets().size() > 1) {
                picture.heading("# " + asked.words().strip());
            }
            asked.event().flows().forEach(picture::add);
            TraceReport.outside(asked.event()).ifPresent(picture::note);
        }
        return picture.svg(trace.packets().stream()
                .map(asked -> asked.words().strip())
                .collect(Collectors.joining(", ", trace.policy().name() + ": ", "")));
    }

    /** Whole or not at all: the file is written beside its place, then moved there. */
    static void write(final Conversation.Trace trace, final Path file) throws IOException {
        final Path place = file.toAbsolutePath();
        if (Files.isDirectory(place)) {
            throw new IOException("it is a folder");
        }
        final Path folder = place.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IOException("there is no folder " + folder);
        }
        final Path beside = folder.resolve("." + place.getFileName() + ".part");
        try {
            Files.writeString(beside, render(trace), StandardCharsets.UTF_8);
            Files.move(beside, place, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(beside);
        }
    }
}
