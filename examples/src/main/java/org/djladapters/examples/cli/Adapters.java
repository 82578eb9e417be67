/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.djladapters.kernel.PyTorch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program of the command line. */
@Command(
        name = "adapters",
        header = {
            "Parameter-efficient fine-tuning for the Deep Java Library.",
            "",
            "  adapters demo",
            "  adapters finetune --help",
            ""
        },
        versionProvider = Adapters.Version.class,
        scope = ScopeType.INHERIT,
        abbreviateSynopsis = true,
        requiredOptionMarker = '*',
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND")
public final class Adapters implements Runnable {

    private static final List<Class<?>> COMMANDS =
            List.of(
                    DemoCommand.class,
                    ModelCommand.class,
                    InspectCommand.class,
                    ParamsCommand.class,
                    FinetuneCommand.class,
                    CompareCommand.class,
                    SweepCommand.class,
                    BenchCommand.class,
                    ReportCommand.class,
                    EvaluateCommand.class,
                    ClicksCommand.class,
                    AskCommand.class,
                    MineCommand.class,
                    DistillCommand.class,
                    EmbedCommand.class,
                    PredictCommand.class,
                    SearchCommand.class,
                    GenerateCommand.class,
                    ServeCommand.class,
                    MergeCommand.class,
                    ConvertCommand.class,
                    CircuitCommand.class,
                    PublishCommand.class);

    @Spec private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help and exit.")
    @SuppressWarnings("unused") // read by picocli
    private boolean help;

    /** Not inherited: publish has an option of this name for what it publishes. */
    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print the version of this program and exit.")
    @SuppressWarnings("unused") // read by picocli
    private boolean version;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Show the stack trace of a failure.")
    private boolean verbose;

    private Adapters() {}

    /**
     * Runs a command and ends the Java machine with its exit status.
     *
     * @param args the command and its options
     */
    public static void main(String[] args) {
        // Pictures are drawn, but no window is opened.
        System.setProperty("java.awt.headless", "true");
        NativeHeap.keepFreedMemory();
        PyTorch.prepare();
        // Numbers in results look the same everywhere.
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
        PrintWriter out = new PrintWriter(System.out, true, Charset.defaultCharset());
        PrintWriter err = new PrintWriter(System.err, true, Charset.defaultCharset());
        System.setErr(new PlainText.Stream(System.err)); // where libraries log
        System.exit(run(out, err, args));
    }

    /**
     * Runs a command.
     *
     * @param out gets results
     * @param err gets progress and failures
     * @return 0 if the command succeeded, 1 if it failed, 2 if its options are wrong
     */
    public static int run(PrintWriter out, PrintWriter err, String... args) {
        Adapters adapters = new Adapters();
        CommandLine commandLine = adapters.program(commandsFor(args), out, err);
        try {
            return commandLine.execute(OtherNames.replace(commandLine, args));
        } catch (OutOfMemoryError | LinkageError e) { // picocli passes errors on
            return adapters.explain(e, commandLine);
        }
    }

    /**
     * Runs {@code finetune} as a member of a group, which is told the result or the failure.
     *
     * @param options the options of the command
     */
    static void train(GroupMember member, List<String> options) throws IOException {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine program =
                new Adapters()
                        .program(
                                List.of(FinetuneCommand.class),
                                new PrintWriter(out, true),
                                new PrintWriter(err, true));
        CommandLine command = program.getSubcommands().get(name(FinetuneCommand.class));
        command.<FinetuneCommand>getCommand().join(member);
        List<String> words = new ArrayList<>(List.of(command.getCommandName()));
        words.addAll(options);
        if (program.execute(words.toArray(String[]::new)) == 0) {
            member.end(out.toString());
        } else {
            member.fail(err.toString());
        }
    }

    private CommandLine program(List<Class<?>> commands, PrintWriter out, PrintWriter err) {
        return commandLine(commands)
                .setOut(out)
                .setErr(err)
                .setExecutionStrategy(Adapters::execute)
                .setParameterExceptionHandler(Adapters::explainUsage)
                .setExecutionExceptionHandler(
                        (failure, command, parsed) -> explain(failure, command));
    }

    /** Returns the commands as picocli sees them. */
    static CommandLine describe() {
        return new Adapters().commandLine(COMMANDS);
    }

    /** Returns the command that is named, since picocli takes longer for all; or else all. */
    private static List<Class<?>> commandsFor(String... args) {
        String named = args.length == 0 ? "" : args[0];
        List<Class<?>> one = COMMANDS.stream().filter(c -> name(c).equals(named)).toList();
        return one.isEmpty() ? COMMANDS : one;
    }

    private static String name(Class<?> command) {
        return command.getAnnotation(Command.class).name();
    }

    private CommandLine commandLine(List<Class<?>> commands) {
        CommandLine commandLine = new CommandLine(this);
        commands.forEach(commandLine::addSubcommand);
        Usage.withConverters(commandLine)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedOptionsAllowed(false)
                .setUsageHelpAutoWidth(true);
        Map<String, IHelpSectionRenderer> sections = new HashMap<>(commandLine.getHelpSectionMap());
        sections.put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, new GroupedOptions());
        return commandLine.setHelpSectionMap(sections);
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "Name a command: "
                        + String.join(", ", spec.subcommands().keySet())
                        + "; 'demo' is a good start");
    }

    /** Executes a command, which prints plain text only; help may be bold. */
    private static int execute(CommandLine.ParseResult parsed) {
        Integer helped = CommandLine.executeHelpRequest(parsed);
        if (helped != null) {
            return helped;
        }
        CommandLine command = parsed.commandSpec().commandLine();
        command.setOut(new PlainText.Writer(command.getOut()));
        command.setErr(new PlainText.Writer(command.getErr()));
        return new CommandLine.RunLast().execute(parsed);
    }

    private static int explainUsage(ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        // a missing option may be there with a misspelt name
        Optional<String> unknown = command.getUnmatchedArguments().stream().findFirst();
        Optional<String> meant = unknown.flatMap(word -> Suggestion.of(word, command));
        if (meant.isPresent()) {
            command.getErr()
                    .printf(
                            "There is no %s '%s'; did you mean '%s'? See '%s --help'%n",
                            unknown.get().startsWith("-") ? "option" : "command",
                            PlainText.line(unknown.get()),
                            meant.get(),
                            name);
        } else {
            command.getErr()
                    .printf("%s; see '%s --help'%n", ErrorLine.oneLine(failure.getMessage()), name);
        }
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private int explain(Throwable failure, CommandLine command) {
        command.getErr().println(ErrorLine.of(failure));
        if (verbose) {
            failure.printStackTrace(command.getErr());
        }
        return command.getCommandSpec().exitCodeOnExecutionException();
    }

    /** The version in the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = Adapters.class.getPackage().getImplementationVersion();
            return new String[] {"adapters " + (version == null ? "development" : version)};
        }
    }
}
