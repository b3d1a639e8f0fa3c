// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

import org.eclipse.xtext.conversion.IValueConverter;
import org.eclipse.xtext.conversion.ValueConverter;
import org.eclipse.xtext.conversion.impl.AbstractDeclarativeValueConverterService;
import org.eclipse.xtext.conversion.impl.AbstractNullSafeConverter;
import org.eclipse.xtext.nodemodel.INode;

/** Strings without quotes, names without {@code ^}. All other values stay text until lowering, which is strict. */
public class ValueConverters extends AbstractDeclarativeValueConverterService {
    @ValueConverter(rule = "STRING")
    public IValueConverter<String> string() {
        return new AbstractNullSafeConverter<>() {
            @Override
            protected String internalToString(final String value) {
                return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
            }

            @Override
            protected String internalToValue(final String text, final INode node) {
                return unescaped(text);
            }
        };
    }

    @ValueConverter(rule = "ID")
    public IValueConverter<String> id() {
        return name();
    }

    @ValueConverter(rule = "Name")
    public IValueConverter<String> name() {
        return new AbstractNullSafeConverter<>() {
            @Override
            protected String internalToString(final String value) {
                return value;
            }

            @Override
            protected String internalToValue(final String text, final INode node) {
                return text.startsWith("^") ? text.substring(1) : text;
            }
        };
    }

    private static String unescaped(final String quoted) {
        final StringBuilder text = new StringBuilder();
        for (int i = 1; i < quoted.length() - 1; i++) {
            if (quoted.charAt(i) == '\\' && i + 1 < quoted.length() - 1) {
                i++;
            }
            text.append(quoted.charAt(i));
        }
        return text.toString();
    }
}
