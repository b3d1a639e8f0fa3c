// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.parser.antlr;

import org.antlr.runtime.Token;
import org.antlr.runtime.TokenSource;

/**
 * Passes tokens through. Xtext generates parsers that want this class because the grammar has synthetic terminals,
 * which it takes for indentation.
 */
public class NflTokenSource implements TokenSource {
    private final TokenSource delegate;

    public NflTokenSource(final TokenSource delegate) {
        this.delegate = delegate;
    }

    @Override
    public Token nextToken() {
        return delegate.nextToken();
    }

    @Override
    public String getSourceName() {
        return delegate.getSourceName();
    }
}
