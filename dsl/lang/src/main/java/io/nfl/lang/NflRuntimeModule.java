// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

import com.google.inject.Binder;
import com.google.inject.Provider;
import com.google.inject.name.Names;
import io.nfl.lang.parser.antlr.NflLexer;
import io.nfl.lang.parser.antlr.lexer.InternalNflLexer;
import org.eclipse.xtext.conversion.IValueConverterService;
import org.eclipse.xtext.linking.ILinkingDiagnosticMessageProvider;
import org.eclipse.xtext.parser.IParser;
import org.eclipse.xtext.parser.antlr.ISyntaxErrorMessageProvider;
import org.eclipse.xtext.parser.antlr.Lexer;
import org.eclipse.xtext.parser.antlr.LexerBindings;
import org.eclipse.xtext.parser.antlr.LexerProvider;
import org.eclipse.xtext.scoping.IScopeProvider;

/** What of the language is hand-written. */
public class NflRuntimeModule extends AbstractNflRuntimeModule {
    @Override
    public Class<? extends Lexer> bindLexer() {
        return NflLexer.class;
    }

    @Override
    public Provider<? extends InternalNflLexer> provideInternalNflLexer() {
        return LexerProvider.create(NflLexer.class);
    }

    @Override
    public void configureRuntimeLexer(final Binder binder) {
        binder.bind(Lexer.class)
                .annotatedWith(Names.named(LexerBindings.RUNTIME))
                .to(NflLexer.class);
    }

    @Override
    public Class<? extends IParser> bindIParser() {
        return FilteringParser.class;
    }

    @Override
    public Class<? extends IValueConverterService> bindIValueConverterService() {
        return ValueConverters.class;
    }

    @Override
    public Class<? extends IScopeProvider> bindIScopeProvider() {
        return NameScopes.class;
    }

    public Class<? extends ISyntaxErrorMessageProvider> bindISyntaxErrorMessageProvider() {
        return SyntaxMessages.class;
    }

    public Class<? extends ILinkingDiagnosticMessageProvider.Extended> bindLinkingMessages() {
        return LinkingMessages.class;
    }
}
