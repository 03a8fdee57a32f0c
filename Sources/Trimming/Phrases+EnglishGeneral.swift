extension Phrases {
  static let englishReferring = """
    i i'm i'd i'll i've we we're we'd we'll you you're your it it's its this that these those they \
    he she such due could can is as instead
    """

  /// Words of three letters and more: of grammar, of talk about texts and answers, and praise.
  static let englishGeneral = """
    all and any are ask but can did don end few for get got had has her him his how its let lot may \
    new nor not now off old one our out own per put say see set she six ten the too top try two \
    use via was way who why yet you aim bit due far isn key lets sum yes
    about above after again against along also although always among another anyone anything \
    aren around away back based because been before being below best better between both brief \
    called cannot case certain clear come comes could couldn course detailed didn different \
    discussed does doesn doing done down during each easy either else even ever every everyone \
    everything example examples feel find first following follows four from full further general \
    generally give given gives giving going good great hasn have haven having help helped helpful \
    helping helps here hope however important include included includes including information \
    into itself just keep kind know known least less like likely list lists look made main make \
    makes making many matter maybe mentioned mind more most much must myself need needed needs \
    never next none note often once only onto other others otherwise ours over overall overview \
    part particular perhaps please possible provide provided provides quite rather really regard \
    relevant remember request response said same second seem seems several shall short should \
    shouldn show shows similar simple simply since some someone something sometimes specific start \
    started step steps still such suggested sure take taken takes tell than thank thanks that \
    their theirs them themselves then there these they thing things think this those though three \
    through thus time together toward towards under unless until upon used useful user uses using \
    usually various very want wants wasn well were weren what whatever when where whether which \
    while whole whom whose will with within without word words work works would wouldn year yes \
    your yours yourself answer answers answered question questions solution solutions text \
    sentence sentences input output conclusion summary able
    """
}
