/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.util.List;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Help.IOptionRenderer;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The options in a command's help, under the headings of their groups. */
final class GroupedOptions implements IHelpSectionRenderer {

    @Override
    public String render(Help help) {
        List<OptionSpec> options =
                help.commandSpec().options().stream().filter(option -> !option.hidden()).toList();
        StringBuilder text = new StringBuilder();
        for (OptionGroup group : OptionGroup.values()) {
            List<OptionSpec> members =
                    options.stream().filter(option -> OptionGroup.of(option) == group).toList();
            if (!members.isEmpty()) {
                text.append(help.createHeading("%n%s:%n", group.heading()));
                text.append(list(help, options, members));
            }
        }
        if (options.stream().anyMatch(GroupedOptions::isRequired)) {
            text.append(help.createHeading("%nOptions marked * are required.%n"));
        }
        return text.toString();
    }

    /** Lists options in columns as wide as all of them need. */
    private static String list(Help help, List<OptionSpec> all, List<OptionSpec> members) {
        int width = help.calcLongOptionColumnWidth(all, List.of(), help.colorScheme());
        Help.Layout layout =
                new Help.Layout(
                        help.colorScheme(),
                        Help.TextTable.forDefaultColumns(
                                help.colorScheme(),
                                width,
                                help.commandSpec().usageMessage().width()),
                        withoutFalseMarks(help.createDefaultOptionRenderer()),
                        help.createDefaultParameterRenderer());
        layout.addOptions(members, help.parameterLabelRenderer());
        return layout.toString();
    }

    /** Takes the mark of required options from those of which one of several is required. */
    private static IOptionRenderer withoutFalseMarks(IOptionRenderer renderer) {
        return (option, labels, colors) -> {
            Text[][] rows = renderer.render(option, labels, colors);
            if (!isRequired(option)) {
                rows[0][0] = colors.text(" ");
            }
            return rows;
        };
    }

    private static boolean isRequired(OptionSpec option) {
        ArgGroupSpec group = option.group();
        return option.required() && (group == null || !group.exclusive());
    }
}
