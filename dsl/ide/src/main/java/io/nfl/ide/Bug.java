// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseError;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;

/** What a mistake of ours is answered with. It must not take the editor's session with it; stderr is its log. */
final class Bug {
    private static final int MOST_FRAMES = 20;

    private Bug() {}

    static void tell(final Throwable thrown) {
        final StringBuilder text = new StringBuilder("nfl lsp: this is a bug of nfl, not of your policy: " + thrown);
        final StackTraceElement[] frames = thrown.getStackTrace();
        for (int i = 0; i < Math.min(frames.length, MOST_FRAMES); i++) {
            text.append("\n\tat ").append(frames[i]);
        }
        System.err.println(text);
    }

    /** The answer to a request that ended so. */
    static ResponseError answer(final Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof CompletionException
                        || cause instanceof ExecutionException
                        || cause instanceof InvocationTargetException
                        || cause.getClass() == RuntimeException.class)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof ResponseErrorException refused) {
            return refused.getResponseError();
        }
        if (cause instanceof UnsupportedOperationException) {
            return new ResponseError(ResponseErrorCode.MethodNotFound, "not offered", null);
        }
        tell(cause);
        return new ResponseError(ResponseErrorCode.InternalError, "this is a bug of nfl: " + cause, null);
    }
}
