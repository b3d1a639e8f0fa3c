// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide;

import java.util.concurrent.CompletableFuture;
import org.eclipse.lsp4j.jsonrpc.Endpoint;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseError;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;

/** Lets through what the protocol allows at a time of a session; {@code exit} always. Nothing that throws gets out. */
final class Gate implements Endpoint {
    private final Endpoint server;
    private volatile Phase phase = Phase.NEW;

    /** From initialize to shutdown. */
    private enum Phase {
        NEW,
        OPEN,
        SHUT
    }

    Gate(final Endpoint server) {
        this.server = server;
    }

    @Override
    public CompletableFuture<?> request(final String method, final Object parameter) {
        switch (phase) {
            case NEW -> {
                if (!method.equals("initialize")) {
                    return refused(ResponseErrorCode.ServerNotInitialized, "`initialize` comes first");
                }
                phase = Phase.OPEN;
            }
            case OPEN -> {
                if (method.equals("initialize")) {
                    return refused(ResponseErrorCode.InvalidRequest, "`initialize` has been there already");
                }
                if (method.equals("shutdown")) {
                    phase = Phase.SHUT;
                }
            }
            case SHUT -> {
                return refused(ResponseErrorCode.InvalidRequest, "there was `shutdown`: only `exit` may follow");
            }
        }
        return server.request(method, parameter);
    }

    @Override
    public void notify(final String method, final Object parameter) {
        if (phase == Phase.OPEN || method.equals("exit")) {
            try {
                server.notify(method, parameter);
            } catch (final RuntimeException | StackOverflowError | OutOfMemoryError e) {
                Bug.tell(e);
            }
        }
    }

    private static CompletableFuture<Object> refused(final ResponseErrorCode code, final String message) {
        return CompletableFuture.failedFuture(new ResponseErrorException(new ResponseError(code, message, null)));
    }
}
