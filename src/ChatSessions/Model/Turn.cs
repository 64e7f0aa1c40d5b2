using System.Collections.Immutable;

namespace ChatSessions.Model;

/// <summary>
/// A part of the conversation: a user input and all events up to the next one. Events before the first user input are a turn without one,
/// unless they are only context, which belongs to the first input.
/// </summary>
/// <param name="Number">The turn's number in the session, from 1.</param>
/// <param name="First">The position of its first event.</param>
/// <param name="Last">The position of its last event.</param>
/// <param name="UserInput">The user's question; null if the session begins without one.</param>
public sealed record Turn(int Number, int First, int Last, UserInputEvent? UserInput)
{
    /// <summary>Divides events into turns. Every event is in exactly one.</summary>
    public static ImmutableArray<Turn> Split(ImmutableArray<SessionEvent> events)
    {
        var turns = ImmutableArray.CreateBuilder<Turn>();
        for (var first = 0; first < events.Length; )
        {
            var input = first;
            while (first == 0 && input < events.Length - 1 && events[input] is UnknownEvent { IsContext: true })
                input++;
            var next = input + 1;
            while (next < events.Length && events[next] is not UserInputEvent)
                next++;
            turns.Add(new Turn(turns.Count + 1, first, next - 1, events[input] as UserInputEvent));
            first = next;
        }
        return turns.DrainToImmutable();
    }
}
